// Use case: a caller reads billing accounts.
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
  std::string next_after;  ///< id after which the next page starts; empty on the last page
};

class FindAccounts {
 public:
  explicit FindAccounts(Accounts& accounts) : accounts_(accounts) {}

  /// Returns the account with this id. Errors: not_found and those of Accounts.
  core::Task<core::Result<BillingAccount>> by_id(std::string id, core::Deadline);
  /// Returns the patient's account in a list, which is empty if the patient has none.
  core::Task<core::Result<std::vector<BillingAccount>>> of_patient(std::string patient_id, core::Deadline);
  /// Returns a page of at most `size` accounts in the order of their ids, starting after the id
  /// `after`, or with the first account if `after` is empty.
  core::Task<core::Result<AccountPage>> page(std::string after, std::size_t size, core::Deadline);

 private:
  Accounts& accounts_;
};

}  // namespace pms::billing
