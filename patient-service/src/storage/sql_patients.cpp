#include "storage/sql_patients.hpp"

#include "core/text.hpp"
#include "messaging/outbox.hpp"
#include "storage/list_statements.hpp"
#include "storage/patient_columns.hpp"

namespace pms::patient {
namespace {

using database::Batch;
using database::Params;
using database::Statement;

constexpr Statement insert_patient(R"(
  INSERT INTO patient (id, version, change_id, name, email, address, date_of_birth, registered_date,
                       name_search, name_sort, email_key, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13))");

// The next two belong to every change: they do nothing when the change did not happen.
constexpr Statement insert_history(R"(
  INSERT INTO patient_history (patient_id, version, change, actor, request_id, occurred_at,
                               name, email, address, date_of_birth, registered_date, created_at)
  SELECT id, version, $3, $4, $5, updated_at, name, email, address, date_of_birth, registered_date, created_at
  FROM patient WHERE id = $1 AND change_id = $2)");

constexpr Statement insert_outbox(R"(
  INSERT INTO outbox (partition, key, version, event_id, actor_id, request_id, trace_parent, created_at)
  SELECT $3, id, version, change_id, $4, $5, $6, updated_at
  FROM patient WHERE id = $1 AND change_id = $2)");

constexpr Statement forget_expired_key(R"(
  DELETE FROM idempotency WHERE user_id = $1 AND idempotency_key = $2 AND created_at <= $3)");

constexpr Statement insert_key(R"(
  INSERT INTO idempotency (user_id, idempotency_key, fingerprint, status, patient_id, version, created_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7))");

constexpr Statement count_one_more("UPDATE patient_counter SET live = live + 1 WHERE shard = $1");

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

/// Ids end in random bits, so their last digit spreads patients evenly over the 16 counters.
std::int64_t counter_shard(std::string_view id) {
  const char digit = id.back();
  return digit <= '9' ? digit - '0' : digit - 'a' + 10;
}

Params patient_row(const Patient& patient, const Change& change) {
  Params row;
  row.emplace_back(patient.id);
  row.emplace_back(patient.version);
  row.emplace_back(change.id);
  row.emplace_back(patient.name);
  row.push_back(nullable(patient.email));
  row.push_back(nullable(patient.address));
  row.push_back(nullable(patient.date_of_birth));
  row.emplace_back(core::format_date(patient.registered_date));
  row.emplace_back(core::fold_for_search(patient.name));
  row.emplace_back(sort_text(patient, SortField::name));
  row.push_back(patient.email ? database::Value(core::email_key(*patient.email)) : database::Value(database::Null()));
  row.emplace_back(microseconds(patient.created_at));
  row.emplace_back(microseconds(patient.updated_at));
  return row;
}

void add_history_and_event(Batch& batch, const Patient& patient, const Change& change) {
  batch.add(insert_history,
            {patient.id, change.id, std::string(to_string(change.kind)), change.actor, change.request_id});
  batch.add(insert_outbox, {patient.id, change.id, std::int64_t{messaging::outbox_partition(patient.id)}, change.actor,
                            change.request_id, change.traceparent});
}

void add_key(Batch& batch, const IdempotencyKey& key, const Patient& patient, core::Timestamp now) {
  batch.add(forget_expired_key, {key.user_id, key.key, microseconds(now - idempotency_lifetime)});
  batch.add(insert_key, {key.user_id, key.key, key.fingerprint, std::int64_t{status_created}, patient.id,
                         patient.version, microseconds(now)});
}

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
  // The patient first, so that its lock makes the outbox's order that of the commits; the counter, which others wait
  // for too, last.
  Batch batch;
  batch.add(insert_patient, patient_row(patient, change));
  add_history_and_event(batch, patient, change);
  if (key) add_key(batch, *key, patient, change.at);
  batch.add(count_one_more, {counter_shard(patient.id)});
  auto result = co_await database_.commit(std::move(batch), deadline);
  if (!result) co_return std::unexpected(conflict_of(std::move(result.error())));
  committed_();
  co_return core::Result<>();
}

core::Task<core::Result<std::optional<Remembered>>> SqlPatients::remembered(const IdempotencyKey& key,
                                                                            core::Timestamp now, Deadline deadline) {
  Params params{key.user_id, key.key, microseconds(now - idempotency_lifetime)};
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

core::Task<core::Result<std::int64_t>> SqlPatients::count(Deadline deadline) {
  auto rows = co_await database_.query(count_patients, Params(), deadline);
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  co_return rows->front().integer(0);
}

}  // namespace pms::patient
