#include "grpc/legacy_service.hpp"

#include <expected>
#include <string>

#include "core/result.hpp"
#include "core/task.hpp"
#include "grpc/messages.hpp"
#include "rpc/caller.hpp"

namespace pms::billing {

grpc::ServerUnaryReactor* LegacyService::CreateBillingAccount(grpc::CallbackServerContext* context,
                                                              const ::BillingRequest* request,
                                                              ::BillingResponse* response) {
  return calls_.answer(*context, "BillingService/CreateBillingAccount", create(*context, *request, *response));
}

core::Task<core::Result<>> LegacyService::create(grpc::CallbackServerContext& context, const ::BillingRequest& request,
                                                 ::BillingResponse& response) {
  if (!from_anywhere_ && !rpc::from_loopback(context))
    co_return core::fail(core::Errc::permission_denied,
                         "this service takes no token and therefore serves only clients on the same machine: call "
                         "billing.v1.BillingService, or set billing.grpc.legacy-from-anywhere");
  auto input = new_account(request);
  if (!input) co_return std::unexpected(input.error());
  auto account = co_await create_(std::move(*input), rpc::deadline_of(context));
  if (!account) co_return std::unexpected(account.error());
  response.set_accountid(account->id);
  response.set_status(std::string(to_string(account->status)));
  co_return core::Result<>();
}

}  // namespace pms::billing
