#include "storage/change_batches.hpp"

#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>

#include "core/text.hpp"
#include "database/columns.hpp"
#include "messaging/outbox.hpp"
#include "storage/name_search.hpp"
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

// A field that is not given keeps what it is at the moment of the change, and a version is expected in the same
// statement: writers that come together need no second try. $4 is as list_of() writes it. A request that began earlier
// may commit later; the time of the last change does not go back for it.
constexpr Statement update_patient(R"(
  UPDATE patient
  SET version = version + 1, change_id = $2,
      updated_at = CASE WHEN updated_at > $3 THEN updated_at ELSE $3 END,
      name = COALESCE($5, name), name_search = COALESCE($6, name_search), name_sort = COALESCE($7, name_sort),
      email = COALESCE($8, email), email_key = COALESCE($9, email_key),
      address = COALESCE($10, address), date_of_birth = COALESCE($11, date_of_birth),
      registered_date = COALESCE($12, registered_date)
  WHERE id = $1 AND deleted_at IS NULL
    AND (CAST($4 AS TEXT) IS NULL OR CAST($4 AS TEXT) LIKE '%,' || version || ',%')
  RETURNING id, version, name, email, address, date_of_birth, registered_date, created_at, updated_at)");

constexpr Statement delete_patient(R"(
  UPDATE patient
  SET version = version + 1, change_id = $2,
      updated_at = CASE WHEN updated_at > $3 THEN updated_at ELSE $3 END,
      deleted_at = CASE WHEN updated_at > $3 THEN updated_at ELSE $3 END
  WHERE id = $1 AND deleted_at IS NULL
    AND (CAST($4 AS TEXT) IS NULL OR CAST($4 AS TEXT) LIKE '%,' || version || ',%')
  RETURNING id, version, name, email, address, date_of_birth, registered_date, created_at, updated_at)");

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

constexpr Statement count_one_less(R"(
  UPDATE patient_counter SET live = live - 1
  WHERE shard = $1 AND EXISTS (SELECT 1 FROM patient WHERE id = $2 AND change_id = $3))");

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
  row.push_back(database::to_column(patient.email));
  row.push_back(database::to_column(patient.address));
  row.push_back(database::to_column(patient.date_of_birth));
  row.emplace_back(core::format_date(patient.registered_date));
  row.emplace_back(name_search_text(patient.name));
  row.emplace_back(sort_text(patient, SortField::name));
  row.push_back(database::to_column(patient.email.transform(core::email_key)));
  row.emplace_back(database::to_column(patient.created_at));
  row.emplace_back(database::to_column(patient.updated_at));
  return row;
}

void add_history_and_event(Batch& batch, const std::string& id, const Change& change) {
  batch.add(insert_history, {id, change.id, std::string(to_string(change.kind)), change.actor, change.request_id});
  batch.add(insert_outbox, {id, change.id, std::int64_t{messaging::outbox_partition(id)}, change.actor,
                            change.request_id, change.traceparent});
}

void add_key(Batch& batch, const IdempotencyKey& key, const Patient& patient, core::Timestamp now) {
  batch.add(forget_expired_key, {key.user_id, key.key, database::to_column(now - idempotency_lifetime)});
  batch.add(insert_key, {key.user_id, key.key, key.fingerprint, std::int64_t{status_created}, patient.id,
                         patient.version, database::to_column(now)});
}

/// ,3,4, or NULL for any version.
database::Value list_of(const ExpectedVersions& expected) {
  if (!expected) return database::Null();
  return fmt::format(",{},", fmt::join(*expected, ","));
}

}  // namespace

// In each of these the patient comes first, so that its lock makes the outbox's order that of the commits; the counter,
// which others wait for too, comes last.

Batch addition(const Patient& patient, const Change& change, const IdempotencyKey* key) {
  Batch batch;
  batch.add(insert_patient, patient_row(patient, change));
  add_history_and_event(batch, patient.id, change);
  if (key) add_key(batch, *key, patient, change.at);
  batch.add(count_one_more, {counter_shard(patient.id)});
  return batch;
}

Batch update_of(std::string_view id, const PatientUpdate& update, const Change& change,
                const ExpectedVersions& expected) {
  const std::string patient_id(id);
  Params row{patient_id, change.id, database::to_column(change.at), list_of(expected)};
  row.push_back(database::to_column(update.name));
  row.push_back(database::to_column(update.name.transform(name_search_text)));
  row.push_back(database::to_column(update.name.transform(core::fold_for_sort)));
  row.push_back(database::to_column(update.email));
  row.push_back(database::to_column(update.email.transform(core::email_key)));
  row.push_back(database::to_column(update.address));
  row.push_back(database::to_column(update.date_of_birth));
  row.push_back(database::to_column(update.registered_date));
  Batch batch;
  batch.add(update_patient, std::move(row));
  add_history_and_event(batch, patient_id, change);
  return batch;
}

Batch deletion_of(std::string_view id, const Change& change, const ExpectedVersions& expected) {
  const std::string patient_id(id);
  Batch batch;
  batch.add(delete_patient, {patient_id, change.id, database::to_column(change.at), list_of(expected)});
  add_history_and_event(batch, patient_id, change);
  batch.add(count_one_less, {counter_shard(patient_id), patient_id, change.id});
  return batch;
}

}  // namespace pms::patient
