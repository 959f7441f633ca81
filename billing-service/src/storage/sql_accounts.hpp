// Stores accounts in the table `billing_account` through the Database port.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "application/accounts.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::billing {

class SqlAccounts : public Accounts {
 public:
  explicit SqlAccounts(database::Database& database) : database_(database) {}

  core::Task<core::Result<BillingAccount>> insert_or_get(BillingAccount, Deadline) override;
  core::Task<Found> find(std::string id, Deadline) override;
  core::Task<Found> find_of_patient(std::string patient_id, Deadline) override;
  core::Task<core::Result<std::vector<BillingAccount>>> list(std::string after_id, std::int64_t limit,
                                                             Deadline) override;
  core::Task<Found> close(std::string id, core::Timestamp now, Deadline) override;

 private:
  core::Task<Found> find_one(const database::Statement&, std::string key, Deadline);

  database::Database& database_;
};

}  // namespace pms::billing
