// Use case: a caller asks for a patient's account.
#pragma once

#include "application/account_repository.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"

namespace pms::billing {

/// Makes the patient's account, or returns the one that is there; never changes one.
class CreateAccount {
 public:
  CreateAccount(AccountRepository& accounts, core::IdGenerator& ids, const core::Clock& clock)
      : accounts_(accounts), ids_(ids), clock_(clock) {}

  core::Task<core::Result<BillingAccount>> operator()(NewAccount, core::Deadline);

 private:
  AccountRepository& accounts_;
  core::IdGenerator& ids_;
  const core::Clock& clock_;
};

}  // namespace pms::billing
