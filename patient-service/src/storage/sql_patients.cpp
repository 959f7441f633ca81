#include "storage/sql_patients.hpp"

#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/columns.hpp"
#include "storage/change_batches.hpp"
#include "storage/list_statements.hpp"
#include "storage/ordered_statements.hpp"
#include "storage/patient_columns.hpp"

namespace pms::patient {
namespace {

using database::BuiltStatement;
using database::Params;
using database::Statement;

constexpr Statement find_key = database::point_read(R"(
  SELECT fingerprint, patient_id, version FROM idempotency
  WHERE user_id = $1 AND idempotency_key = $2 AND created_at > $3)");

const Statement& find_patient() {
  static const auto statement = BuiltStatement::point_read(
      fmt::format("SELECT {} FROM patient WHERE id = $1 AND deleted_at IS NULL", columns_of_patient()));
  return statement;
}

const Statement& find_patient_version() {
  static const auto statement = BuiltStatement::point_read(
      fmt::format("SELECT {} FROM patient_history WHERE patient_id = $1 AND version = $2", columns_of_history()));
  return statement;
}

// Sixteen rows: as little work as a read by key.
constexpr Statement count_patients = database::point_read("SELECT CAST(SUM(live) AS BIGINT) FROM patient_counter");

/// Any other violation is a defect and stays one.
core::Error conflict_of(core::Error error) {
  if (error.code != core::Errc::violation) return error;
  if (error.message == "patient.email_key")
    return {.code = core::Errc::conflict,
            .message = "another patient has this e-mail address",
            .fields = {{"email", "is already used by another patient"}}};
  if (error.message == "idempotency.user_id,idempotency_key")
    return {.code = core::Errc::conflict, .message = "the Idempotency-Key is in use"};
  return error;
}

}  // namespace

SqlPatients::SqlPatients(database::Database& database, std::function<void()> committed)
    : database_(database), committed_(std::move(committed)), search_(search_on(database)) {}

core::Task<core::Result<>> SqlPatients::add(const Patient& patient, const Change& change, const IdempotencyKey* key,
                                            Deadline deadline) {
  auto batch = addition(patient, change, key);
  auto result = co_await database_.commit(std::move(batch), deadline);
  if (!result) co_return std::unexpected(conflict_of(std::move(result.error())));
  committed_();
  co_return core::Result<>();
}

core::Task<core::Result<Patient>> SqlPatients::update(std::string_view id, const PatientUpdate& update,
                                                      const Change& change, const ExpectedVersions& expected,
                                                      Deadline deadline) {
  auto batch = update_of(id, update, change, expected);
  return commit_change(id, std::move(batch), deadline);
}

core::Task<core::Result<Patient>> SqlPatients::remove(std::string_view id, const Change& change,
                                                      const ExpectedVersions& expected, Deadline deadline) {
  auto batch = deletion_of(id, change, expected);
  return commit_change(id, std::move(batch), deadline);
}

core::Task<core::Result<Patient>> SqlPatients::commit_change(std::string_view id, database::Batch batch,
                                                             Deadline deadline) {
  const auto result = co_await database_.commit(std::move(batch), deadline);
  if (!result) co_return std::unexpected(conflict_of(result.error()));
  if (const database::Rows& changed = result->front().rows; !changed.empty()) {
    committed_();
    co_return patient_of(changed.front());
  }
  // Nothing changed: there is no such patient, or it has another version than those expected.
  const auto current = co_await find(id, deadline);
  if (!current) co_return std::unexpected(current.error());
  co_return core::fail(core::Errc::precondition_failed,
                       "If-Match does not name the patient's current version; get the patient and try again");
}

core::Task<core::Result<std::optional<Remembered>>> SqlPatients::remembered(const IdempotencyKey& key,
                                                                            core::Timestamp now, Deadline deadline) {
  Params params{key.user_id, key.key, database::to_column(now - idempotency_lifetime)};
  auto rows = co_await database_.query(find_key, std::move(params), deadline);
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  if (rows->empty()) co_return std::nullopt;
  const database::Row& row = rows->front();
  Remembered first;
  first.fingerprint = row.text(0);
  first.patient_id = row.text(1);
  first.version = row.integer(2);
  co_return first;
}

core::Task<core::Result<Patient>> SqlPatients::find(std::string_view id, Deadline deadline) {
  return find_one(find_patient(), {std::string(id)}, deadline);
}

core::Task<core::Result<Patient>> SqlPatients::find_version(std::string_view id, std::int64_t version,
                                                            Deadline deadline) {
  return find_one(find_patient_version(), {std::string(id), version}, deadline);
}

core::Task<core::Result<Patient>> SqlPatients::find_one(const Statement& statement, Params params, Deadline deadline) {
  auto rows = co_await database_.query(statement, std::move(params), deadline);
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  if (rows->empty()) co_return core::fail(core::Errc::not_found, "no such patient");
  co_return patient_of(rows->front());
}

core::Task<core::Result<std::vector<Patient>>> SqlPatients::list(const Slice& slice, Deadline deadline) {
  const Order order = order_of(slice);
  auto rows = co_await database_.query(list_patients(order), page_parameters(slice), deadline);
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  co_return patients_of(*rows);
}

core::Task<core::Result<Found>> SqlPatients::search(const Search& search, const Slice& slice, std::int64_t counted,
                                                    Deadline deadline) {
  const auto patients = co_await count(deadline);
  if (!patients) co_return std::unexpected(patients.error());
  co_return co_await search_->search(search, slice, *patients, counted, deadline);
}

core::Task<core::Result<std::int64_t>> SqlPatients::count(Deadline deadline) {
  auto rows = co_await database_.query(count_patients, Params(), deadline);
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  co_return rows->front().integer(0);
}

}  // namespace pms::patient
