#include "component/billing_stand_in.hpp"

#include <fmt/format.h>

namespace pms::patient {
namespace {

std::string metadata(const grpc::ServerContext& context, const char* key) {
  const auto found = context.client_metadata().find(key);
  return found == context.client_metadata().end() ? "" : std::string(found->second.data(), found->second.size());
}

}  // namespace

BillingStandIn::BillingStandIn() {
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::InsecureServerCredentials(), &port_);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
}

BillingStandIn::~BillingStandIn() {
  answer();
  server_->Shutdown();
}

std::string BillingStandIn::address() const { return fmt::format("127.0.0.1:{}", port_); }

std::vector<BillingStandIn::Call> BillingStandIn::calls() const {
  std::lock_guard lock(mutex_);
  return calls_;
}

void BillingStandIn::answer() { behave(false, grpc::StatusCode::OK); }
void BillingStandIn::refuse(grpc::StatusCode status) { behave(false, status); }
void BillingStandIn::stall() { behave(true, grpc::StatusCode::OK); }

void BillingStandIn::behave(bool stalled, grpc::StatusCode status) {
  std::lock_guard lock(mutex_);
  stalled_ = stalled;
  status_ = status;
  changed_.notify_all();
}

grpc::Status BillingStandIn::CreateBillingAccount(grpc::ServerContext* context,
                                                  const ::billing::v1::CreateBillingAccountRequest* request,
                                                  ::billing::v1::CreateBillingAccountResponse* response) {
  std::unique_lock lock(mutex_);
  calls_.push_back({*request, metadata(*context, "authorization"), metadata(*context, "traceparent")});
  changed_.wait(lock, [this] { return !stalled_; });
  if (status_ != grpc::StatusCode::OK) return {status_, "told to refuse"};
  response->mutable_account()->set_id(account_of(request->patient_id()));
  response->mutable_account()->set_patient_id(request->patient_id());
  response->mutable_account()->set_status(::billing::v1::BillingAccount::STATUS_ACTIVE);
  return grpc::Status::OK;
}

std::string account_of(const std::string& patient_id) { return "account-of-" + patient_id; }

}  // namespace pms::patient
