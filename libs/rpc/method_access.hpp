// The permissions that a gRPC method requires.
#pragma once

#include <string_view>

#include "clinic/permissions.hpp"

namespace pms::rpc {

struct MethodAccess {
  std::string_view method;     ///< billing.v1.BillingService/GetBillingAccount
  clinic::Permissions any_of;  ///< one of them is sufficient
};

}  // namespace pms::rpc
