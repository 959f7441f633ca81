// Use case: a user closes an account.
#pragma once

#include <string>

#include "application/accounts.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::billing {

class CloseAccount {
 public:
  CloseAccount(Accounts& accounts, const core::Clock& clock) : accounts_(accounts), clock_(clock) {}

  /// Closes the account and returns it; an account that is already closed is returned unchanged.
  /// Errors: not_found and those of Accounts.
  core::Task<core::Result<BillingAccount>> operator()(std::string id, core::Deadline);

 private:
  Accounts& accounts_;
  const core::Clock& clock_;
};

}  // namespace pms::billing
