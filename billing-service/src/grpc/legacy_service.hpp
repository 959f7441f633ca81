// Implements the BillingService without a package that clients of the earlier system call. It can
// only create accounts and expects no token.
#pragma once

#include "application/create_account.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "legacy/billing_service.grpc.pb.h"
#include "rpc/calls.hpp"

namespace pms::billing {

/// Answers clients on this machine, and other clients only if `from_anywhere` is true. Without a
/// token, the client's address is all that can be checked.
class LegacyService : public ::BillingService::CallbackService {
 public:
  LegacyService(rpc::Calls& calls, CreateAccount& create, bool from_anywhere)
      : calls_(calls), create_(create), from_anywhere_(from_anywhere) {}

  grpc::ServerUnaryReactor* CreateBillingAccount(grpc::CallbackServerContext*, const ::BillingRequest*,
                                                 ::BillingResponse*) override;

 private:
  core::Task<core::Result<>> create(grpc::CallbackServerContext&, const ::BillingRequest&, ::BillingResponse&);

  rpc::Calls& calls_;
  CreateAccount& create_;
  const bool from_anywhere_;
};

}  // namespace pms::billing
