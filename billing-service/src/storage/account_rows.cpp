#include "storage/account_rows.hpp"

namespace pms::billing {
namespace {

database::Value text_or_null(const std::optional<std::string>& text) {
  if (text) return *text;
  return database::Null{};
}

std::optional<std::string> optional_text(const database::Row& row, std::size_t column) {
  if (row.is_null(column)) return std::nullopt;
  return row.text(column);
}

core::Timestamp timestamp(std::int64_t microseconds) {
  return core::Timestamp(std::chrono::microseconds(microseconds));
}

}  // namespace

BillingAccount account_of(const database::Row& row) {
  return {.id = row.text(0),
          .patient_id = row.text(1),
          .name = optional_text(row, 2),
          .email = optional_text(row, 3),
          .status = row.text(4) == to_string(AccountStatus::closed) ? AccountStatus::closed : AccountStatus::active,
          .version = row.integer(5),
          .patient_version = row.integer(6),
          .created_at = timestamp(row.integer(7)),
          .updated_at = timestamp(row.integer(8))};
}

database::Params params_of(const BillingAccount& account) {
  return {account.id,
          account.patient_id,
          text_or_null(account.name),
          text_or_null(account.email),
          std::string(to_string(account.status)),
          account.version,
          account.patient_version,
          microseconds(account.created_at),
          microseconds(account.updated_at)};
}

std::int64_t microseconds(core::Timestamp time) { return time.time_since_epoch().count(); }

}  // namespace pms::billing
