#include "storage/sql_patients.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/columns.hpp"
#include "storage/change_batches.hpp"
#include "storage/list_statements.hpp"
#include "storage/patient_columns.hpp"
#include "storage/patient_search.hpp"

namespace pms::patient {
namespace {

using database::Params;
using database::Statement;

constexpr Statement find_key = database::point_read(R"(
  SELECT fingerprint, status, patient_id, version FROM idempotency
  WHERE user_id = $1 AND idempotency_key = $2 AND created_at > $3)");

constexpr Statement find_patient = database::point_read(R"(
  SELECT id, version, name, email, address, date_of_birth, registered_date, created_at, updated_at
  FROM patient WHERE id = $1 AND deleted_at IS NULL)");

constexpr Statement find_patient_version = database::point_read(R"(
  SELECT patient_id, version, name, email, address, date_of_birth, registered_date, created_at, occurred_at
  FROM patient_history WHERE patient_id = $1 AND version = $2)");

// Sixteen rows: as little work as a read by key.
constexpr Statement count_patients = database::point_read("SELECT CAST(SUM(live) AS BIGINT) FROM patient_counter");

/// Any other violation is a defect and stays one.
core::Error conflict_of(core::Error error) {
  if (error.code != core::Errc::violation) return error;
  if (error.message == "patient.email_key")
    return {.code = core::Errc::conflict,
            .message = "another patient has this e-mail",
            .fields = {{"email", "must not be another patient's"}}};
  if (error.message == "idempotency.user_id,idempotency_key")
    return {.code = core::Errc::conflict, .message = "the Idempotency-Key is in use"};
  return error;
}

}  // namespace

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
  first.status = static_cast<int>(row.integer(1));
  first.patient_id = row.text(2);
  first.version = row.integer(3);
  co_return first;
}

core::Task<core::Result<Patient>> SqlPatients::find(std::string_view id, Deadline deadline) {
  return find_one(find_patient, {std::string(id)}, deadline);
}

core::Task<core::Result<Patient>> SqlPatients::find_version(std::string_view id, std::int64_t version,
                                                            Deadline deadline) {
  return find_one(find_patient_version, {std::string(id), version}, deadline);
}

core::Task<core::Result<Patient>> SqlPatients::find_one(const Statement& statement, Params params, Deadline deadline) {
  auto rows = co_await database_.query(statement, std::move(params), deadline);
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  if (rows->empty()) co_return core::fail(core::Errc::not_found, "there is no patient with this id");
  co_return patient_of(rows->front());
}

core::Task<core::Result<std::vector<Patient>>> SqlPatients::list(const Slice& slice, Deadline deadline) {
  Params params{slice.limit};
  if (slice.after) {
    params.emplace_back(sort_text(*slice.after, slice.field));
    params.emplace_back(slice.after->id);
  } else {
    params.emplace_back(slice.offset);
  }
  const Statement& statement =
      slice.after ? list_behind(slice.field, slice.direction) : list_from_number(slice.field, slice.direction);
  auto rows = co_await database_.query(statement, std::move(params), deadline);
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  std::vector<Patient> patients;
  patients.reserve(rows->size());
  for (const database::Row& row : *rows) patients.push_back(patient_of(row));
  co_return patients;
}

core::Task<core::Result<Found>> SqlPatients::search(const Search& search, const Slice& slice, std::int64_t counted,
                                                    Deadline deadline) {
  const auto patients = co_await count(deadline);
  if (!patients) co_return std::unexpected(patients.error());
  co_return co_await search_patients(database_, search, slice, *patients, counted, deadline);
}

core::Task<core::Result<std::int64_t>> SqlPatients::count(Deadline deadline) {
  auto rows = co_await database_.query(count_patients, Params(), deadline);
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  co_return rows->front().integer(0);
}

}  // namespace pms::patient
