// Use case: a caller asks for a patient's account.
#pragma once

#include "application/accounts.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"

namespace pms::billing {

/// Creates the patient's account, or returns the existing one unchanged.
class CreateAccount {
 public:
  CreateAccount(Accounts& accounts, core::IdGenerator& ids, const core::Clock& clock)
      : accounts_(accounts), ids_(ids), clock_(clock) {}

  core::Task<core::Result<BillingAccount>> operator()(NewAccount, core::Deadline);

 private:
  Accounts& accounts_;
  core::IdGenerator& ids_;
  const core::Clock& clock_;
};

}  // namespace pms::billing
