// Implements the gRPC service billing.v1.BillingService.
#pragma once

#include <span>

#include "application/close_account.hpp"
#include "application/create_account.hpp"
#include "application/find_accounts.hpp"
#include "billing/v1/billing_service.grpc.pb.h"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "grpc/messages.hpp"
#include "rpc/calls.hpp"
#include "rpc/method_access.hpp"
#include "security/token_verifier.hpp"

namespace pms::billing {

/// Returns every method with the permissions of which a caller needs at least one.
std::span<const rpc::MethodAccess> account_methods();

class AccountsService : public ::billing::v1::BillingService::CallbackService {
 public:
  struct UseCases {
    CreateAccount& create;
    FindAccounts& find;
    CloseAccount& close;
  };

  AccountsService(rpc::Calls& calls, const security::TokenVerifier& tokens, UseCases use_cases)
      : calls_(calls), tokens_(tokens), use_cases_(use_cases) {}

  grpc::ServerUnaryReactor* CreateBillingAccount(grpc::CallbackServerContext*,
                                                 const ::billing::v1::CreateBillingAccountRequest*,
                                                 ::billing::v1::CreateBillingAccountResponse*) override;
  grpc::ServerUnaryReactor* GetBillingAccount(grpc::CallbackServerContext*,
                                              const ::billing::v1::GetBillingAccountRequest*,
                                              ::billing::v1::GetBillingAccountResponse*) override;
  grpc::ServerUnaryReactor* CloseBillingAccount(grpc::CallbackServerContext*,
                                                const ::billing::v1::CloseBillingAccountRequest*,
                                                ::billing::v1::CloseBillingAccountResponse*) override;
  grpc::ServerUnaryReactor* ListBillingAccounts(grpc::CallbackServerContext*,
                                                const ::billing::v1::ListBillingAccountsRequest*,
                                                ::billing::v1::ListBillingAccountsResponse*) override;

 private:
  using Done = core::Task<core::Result<>>;
  Done create(grpc::CallbackServerContext&, const ::billing::v1::CreateBillingAccountRequest&,
              ::billing::v1::CreateBillingAccountResponse&);
  Done get(grpc::CallbackServerContext&, const ::billing::v1::GetBillingAccountRequest&,
           ::billing::v1::GetBillingAccountResponse&);
  Done close(grpc::CallbackServerContext&, const ::billing::v1::CloseBillingAccountRequest&,
             ::billing::v1::CloseBillingAccountResponse&);
  Done list(grpc::CallbackServerContext&, const ::billing::v1::ListBillingAccountsRequest&,
            ::billing::v1::ListBillingAccountsResponse&);
  core::Task<core::Result<AccountPage>> page(ListRequest, core::Deadline);

  rpc::Calls& calls_;
  const security::TokenVerifier& tokens_;
  UseCases use_cases_;
};

}  // namespace pms::billing
