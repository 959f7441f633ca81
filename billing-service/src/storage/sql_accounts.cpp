#include "storage/sql_accounts.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/columns.hpp"
#include "storage/account_rows.hpp"

namespace pms::billing {
namespace {

using database::Statement;

constexpr Statement by_id = database::point_read(R"(
  SELECT id, patient_id, name, email, status, version, patient_version, created_at, updated_at
  FROM billing_account WHERE id = $1)");

constexpr Statement by_patient = database::point_read(R"(
  SELECT id, patient_id, name, email, status, version, patient_version, created_at, updated_at
  FROM billing_account WHERE patient_id = $1)");

constexpr Statement after_id(R"(
  SELECT id, patient_id, name, email, status, version, patient_version, created_at, updated_at
  FROM billing_account WHERE id > $1 ORDER BY id LIMIT $2)");

constexpr Statement insert_if_none(R"(
  INSERT INTO billing_account
    (id, patient_id, name, email, status, version, patient_version, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (patient_id) DO NOTHING)");

constexpr Statement close_if_active(R"(
  UPDATE billing_account SET status = 'CLOSED', version = version + 1, updated_at = $2
  WHERE id = $1 AND status = 'ACTIVE')");

std::optional<BillingAccount> first_of(const database::Rows& rows) {
  if (rows.empty()) return std::nullopt;
  return account_of(rows.front());
}

}  // namespace

core::Task<core::Result<BillingAccount>> SqlAccounts::insert_or_get(BillingAccount account, Deadline deadline) {
  database::Batch batch;
  batch.add(insert_if_none, params_of(account));
  batch.add(by_patient, {account.patient_id});
  auto committed = co_await database_.commit(std::move(batch), deadline);
  if (!committed) co_return std::unexpected(committed.error());
  co_return account_of(committed->back().rows.front());
}

core::Task<Accounts::Found> SqlAccounts::find(std::string id, Deadline deadline) {
  return find_one(by_id, std::move(id), deadline);
}

core::Task<Accounts::Found> SqlAccounts::find_of_patient(std::string patient_id, Deadline deadline) {
  return find_one(by_patient, std::move(patient_id), deadline);
}

core::Task<Accounts::Found> SqlAccounts::find_one(const Statement& statement, std::string key, Deadline deadline) {
  database::Params params;
  params.emplace_back(std::move(key));
  auto rows = co_await database_.query(statement, std::move(params), deadline);
  if (!rows) co_return std::unexpected(rows.error());
  co_return first_of(*rows);
}

core::Task<core::Result<std::vector<BillingAccount>>> SqlAccounts::list(std::string after, std::int64_t limit,
                                                                        Deadline deadline) {
  database::Params params;
  params.emplace_back(std::move(after));
  params.emplace_back(limit);
  auto rows = co_await database_.query(after_id, std::move(params), deadline);
  if (!rows) co_return std::unexpected(rows.error());
  std::vector<BillingAccount> accounts;
  for (const auto& row : *rows) accounts.push_back(account_of(row));
  co_return accounts;
}

core::Task<Accounts::Found> SqlAccounts::close(std::string id, core::Timestamp now, Deadline deadline) {
  database::Batch batch;
  batch.add(close_if_active, {id, database::to_column(now)});
  batch.add(by_id, {id});
  auto committed = co_await database_.commit(std::move(batch), deadline);
  if (!committed) co_return std::unexpected(committed.error());
  co_return first_of(committed->back().rows);
}

}  // namespace pms::billing
