// What a gRPC method asks of its caller.
#pragma once

#include <string_view>

#include "security/permissions.hpp"

namespace pms::rpc {

struct MethodAccess {
  std::string_view method;       ///< billing.v1.BillingService/GetBillingAccount
  security::Permissions any_of;  ///< one of them is enough
};

}  // namespace pms::rpc
