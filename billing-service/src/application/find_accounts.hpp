// Use case: read accounts.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "application/accounts.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::billing {

struct AccountPage {
  std::vector<BillingAccount> accounts;
  std::string next_after;  ///< where the next page starts; empty: this is the last one
};

class FindAccounts {
 public:
  explicit FindAccounts(Accounts& accounts) : accounts_(accounts) {}

  /// Errors: not_found.
  core::Task<core::Result<BillingAccount>> by_id(std::string id, core::Deadline);
  /// One or none.
  core::Task<core::Result<std::vector<BillingAccount>>> of_patient(std::string patient_id, core::Deadline);
  /// All accounts in the order of their ids, from behind `after` (empty: from the first), `size` at a time.
  core::Task<core::Result<AccountPage>> page(std::string after, std::size_t size, core::Deadline);

 private:
  Accounts& accounts_;
};

}  // namespace pms::billing
