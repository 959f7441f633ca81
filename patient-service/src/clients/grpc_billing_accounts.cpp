#include "clients/grpc_billing_accounts.hpp"

#include <string_view>

#include "core/result.hpp"
#include "core/task.hpp"
#include "rpc/client.hpp"
#include "telemetry/log.hpp"

namespace pms::patient {
namespace {

namespace wire = ::billing::v1;

/// Whether it says that billing-service is in trouble, rather than that it refuses this one call.
bool is_failure(core::Errc code) {
  switch (code) {
    case core::Errc::internal:
    case core::Errc::unavailable:
    case core::Errc::deadline_exceeded:
    case core::Errc::resource_exhausted:
    case core::Errc::storage_full:
      return true;
    default:
      return false;
  }
}

BillingAccount from_wire(const wire::BillingAccount& account) {
  switch (account.status()) {
    case wire::BillingAccount::STATUS_ACTIVE:
      return {.id = account.id(), .status = BillingAccount::Status::active};
    case wire::BillingAccount::STATUS_CLOSED:
      return {.id = account.id(), .status = BillingAccount::Status::closed};
    default:
      return {};
  }
}

}  // namespace

GrpcBillingAccounts::GrpcBillingAccounts(const std::string& address, std::chrono::milliseconds deadline,
                                         const core::Clock& clock)
    : stub_(wire::BillingService::NewStub(rpc::channel(address))), deadline_(deadline), breaker_({}, clock) {}

core::Task<BillingAccount> GrpcBillingAccounts::account_for(const Patient& patient, const RequestOrigin& origin) {
  if (!breaker_.allow()) co_return BillingAccount();

  wire::CreateBillingAccountRequest request;
  request.set_patient_id(patient.id);
  request.set_name(patient.name);
  request.set_email(patient.email.value_or(""));
  request.set_patient_version(patient.version);
  rpc::CallOptions options{.deadline = origin.deadline.at_most(deadline_),
                           .token = origin.token,
                           .traceparent = origin.traceparent,
                           .request_id = origin.request_id};
  auto start = [this, &request](auto* context, auto* response, auto done) {
    stub_->async()->CreateBillingAccount(context, &request, response, std::move(done));
  };
  auto call = rpc::call<wire::CreateBillingAccountResponse>(start, std::move(options));
  const auto answer = co_await std::move(call);

  if (!answer && is_failure(answer.error().code)) {
    breaker_.failure();
  } else {
    breaker_.success();
  }
  if (!answer) {
    telemetry::log(telemetry::Level::warning, "patient-service",
                   "no billing account yet: billing-service will create it from the event",
                   {{"patient", std::string_view(patient.id)}, {"reason", std::string_view(answer.error().message)}});
    co_return BillingAccount();
  }
  co_return from_wire(answer->account());
}

}  // namespace pms::patient
