#include "storage/account_rows.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "database/columns.hpp"

namespace pms::billing {
BillingAccount account_of(const database::Row& row) {
  return {.id = row.text(0),
          .patient_id = row.text(1),
          .name = row.optional_text(2),
          .email = row.optional_text(3),
          .status = row.text(4) == to_string(AccountStatus::closed) ? AccountStatus::closed : AccountStatus::active,
          .version = row.integer(5),
          .patient_version = row.integer(6),
          .created_at = row.time(7),
          .updated_at = row.time(8)};
}

database::Params params_of(const BillingAccount& account) {
  return {account.id,
          account.patient_id,
          database::to_column(account.name),
          database::to_column(account.email),
          std::string(to_string(account.status)),
          account.version,
          account.patient_version,
          database::to_column(account.created_at),
          database::to_column(account.updated_at)};
}

}  // namespace pms::billing
