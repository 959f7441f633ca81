#include "grpc/accounts_service.hpp"

#include <array>
#include <expected>
#include <span>

#include "clinic/permissions.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "rpc/caller.hpp"

namespace pms::billing {
namespace {

namespace wire = ::billing::v1;
using clinic::Permission;

/// Also accepts patient_write, because patient-service forwards the token of its caller, who may
/// have no billing permission.
constexpr rpc::MethodAccess create_method{.method = "billing.v1.BillingService/CreateBillingAccount",
                                          .any_of = {Permission::patient_write, Permission::billing_write}};
constexpr rpc::MethodAccess get_method{.method = "billing.v1.BillingService/GetBillingAccount",
                                       .any_of = {Permission::billing_read}};
constexpr rpc::MethodAccess list_method{.method = "billing.v1.BillingService/ListBillingAccounts",
                                        .any_of = {Permission::billing_read}};
constexpr rpc::MethodAccess close_method{.method = "billing.v1.BillingService/CloseBillingAccount",
                                         .any_of = {Permission::billing_write}};
constexpr std::array methods{create_method, get_method, list_method, close_method};

}  // namespace

std::span<const rpc::MethodAccess> account_methods() { return methods; }

grpc::ServerUnaryReactor* AccountsService::CreateBillingAccount(grpc::CallbackServerContext* context,
                                                                const wire::CreateBillingAccountRequest* request,
                                                                wire::CreateBillingAccountResponse* response) {
  return calls_.answer(*context, create_method.method, create(*context, *request, *response));
}

grpc::ServerUnaryReactor* AccountsService::GetBillingAccount(grpc::CallbackServerContext* context,
                                                             const wire::GetBillingAccountRequest* request,
                                                             wire::GetBillingAccountResponse* response) {
  return calls_.answer(*context, get_method.method, get(*context, *request, *response));
}

grpc::ServerUnaryReactor* AccountsService::CloseBillingAccount(grpc::CallbackServerContext* context,
                                                               const wire::CloseBillingAccountRequest* request,
                                                               wire::CloseBillingAccountResponse* response) {
  return calls_.answer(*context, close_method.method, close(*context, *request, *response));
}

grpc::ServerUnaryReactor* AccountsService::ListBillingAccounts(grpc::CallbackServerContext* context,
                                                               const wire::ListBillingAccountsRequest* request,
                                                               wire::ListBillingAccountsResponse* response) {
  return calls_.answer(*context, list_method.method, list(*context, *request, *response));
}

AccountsService::Done AccountsService::create(grpc::CallbackServerContext& context,
                                              const wire::CreateBillingAccountRequest& request,
                                              wire::CreateBillingAccountResponse& response) {
  auto caller = rpc::authorize(context, tokens_, create_method.any_of);
  if (!caller) co_return std::unexpected(caller.error());
  auto input = new_account(request);
  if (!input) co_return std::unexpected(input.error());
  auto account = co_await use_cases_.create(std::move(*input), rpc::deadline_of(context));
  if (!account) co_return std::unexpected(account.error());
  write(*account, *response.mutable_account());
  co_return core::Result<>();
}

AccountsService::Done AccountsService::get(grpc::CallbackServerContext& context,
                                           const wire::GetBillingAccountRequest& request,
                                           wire::GetBillingAccountResponse& response) {
  auto caller = rpc::authorize(context, tokens_, get_method.any_of);
  if (!caller) co_return std::unexpected(caller.error());
  auto id = account_id(request.id());
  if (!id) co_return std::unexpected(id.error());
  auto account = co_await use_cases_.find.by_id(std::move(*id), rpc::deadline_of(context));
  if (!account) co_return std::unexpected(account.error());
  write(*account, *response.mutable_account());
  co_return core::Result<>();
}

AccountsService::Done AccountsService::close(grpc::CallbackServerContext& context,
                                             const wire::CloseBillingAccountRequest& request,
                                             wire::CloseBillingAccountResponse& response) {
  auto caller = rpc::authorize(context, tokens_, close_method.any_of);
  if (!caller) co_return std::unexpected(caller.error());
  auto id = account_id(request.id());
  if (!id) co_return std::unexpected(id.error());
  auto account = co_await use_cases_.close(std::move(*id), rpc::deadline_of(context));
  if (!account) co_return std::unexpected(account.error());
  write(*account, *response.mutable_account());
  co_return core::Result<>();
}

AccountsService::Done AccountsService::list(grpc::CallbackServerContext& context,
                                            const wire::ListBillingAccountsRequest& request,
                                            wire::ListBillingAccountsResponse& response) {
  auto caller = rpc::authorize(context, tokens_, list_method.any_of);
  if (!caller) co_return std::unexpected(caller.error());
  auto asked = list_request(request);
  if (!asked) co_return std::unexpected(asked.error());
  auto listed = co_await page(std::move(*asked), rpc::deadline_of(context));
  if (!listed) co_return std::unexpected(listed.error());
  for (const auto& account : listed->accounts) write(account, *response.add_accounts());
  response.set_next_page_token(page_token(listed->next_after));
  co_return core::Result<>();
}

core::Task<core::Result<AccountPage>> AccountsService::page(ListRequest asked, core::Deadline deadline) {
  if (asked.patient_id.empty()) co_return co_await use_cases_.find.page(std::move(asked.after), asked.size, deadline);
  auto accounts = co_await use_cases_.find.of_patient(std::move(asked.patient_id), deadline);
  if (!accounts) co_return std::unexpected(accounts.error());
  co_return AccountPage{.accounts = std::move(*accounts), .next_after = {}};
}

}  // namespace pms::billing
