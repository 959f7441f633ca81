// Use case: an account is closed by hand.
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

  /// The account, closed now or before. Errors: not_found.
  core::Task<core::Result<BillingAccount>> operator()(std::string id, core::Deadline);

 private:
  Accounts& accounts_;
  const core::Clock& clock_;
};

}  // namespace pms::billing
