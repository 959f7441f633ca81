#include "storage/change_batches.hpp"

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>

#include "database/columns.hpp"
#include "messaging/outbox.hpp"
#include "storage/patient_columns.hpp"
#include "storage/pending_events.hpp"

namespace pms::patient {
namespace {

using database::Batch;
using database::BuiltStatement;
using database::Params;
using database::Statement;

const Statement& insert_patient() {
  static const BuiltStatement statement([] {
    std::string columns = "id, version, change_id, created_at, updated_at";
    std::string values = "$1, $2, $3, $4, $5";
    std::size_t parameter = 5;
    const auto add = [&](std::string_view column) {
      columns += fmt::format(", {}", column);
      values += fmt::format(", ${}", ++parameter);
    };
    for (const FieldColumn& column : field_columns()) add(column.name);
    for (const ComputedColumn& column : computed_columns()) add(column.name);
    return fmt::format("INSERT INTO patient ({}) VALUES ({})", columns, values);
  }());
  return statement;
}

/// `assignments` follow those that every change of a patient makes: $1 id, $2 change, $3 time, and
/// $4 the expected versions as list_of() writes them. They are expected in the same statement, so
/// that concurrent writers need no second attempt. A request that began earlier may commit later;
/// it does not set back the time of the last change.
std::string change_text(std::string_view assignments) {
  return fmt::format(R"(
  UPDATE patient
  SET version = version + 1, change_id = $2,
      updated_at = CASE WHEN updated_at > $3 THEN updated_at ELSE $3 END{}
  WHERE id = $1 AND deleted_at IS NULL
    AND (CAST($4 AS TEXT) IS NULL OR CAST($4 AS TEXT) LIKE '%,' || version || ',%')
  RETURNING {})",
                     assignments, columns_of_patient());
}

/// A field that is not given keeps the value that it has at the moment of the change.
const Statement& update_patient() {
  static const BuiltStatement statement([] {
    std::string assignments;
    std::size_t parameter = 4;
    const auto add = [&](std::string_view column) {
      assignments += fmt::format(", {0} = COALESCE(${1}, {0})", column, ++parameter);
    };
    for (const FieldColumn& column : field_columns()) add(column.name);
    for (const ComputedColumn& column : computed_columns()) add(column.name);
    return change_text(assignments);
  }());
  return statement;
}

const Statement& delete_patient() {
  static const BuiltStatement statement(
      change_text(", deleted_at = CASE WHEN updated_at > $3 THEN updated_at ELSE $3 END"));
  return statement;
}

// The next two belong to every change: they do nothing if the change did not happen.
const Statement& insert_history() {
  static const BuiltStatement statement(fmt::format(R"(
  INSERT INTO patient_history (patient_id, version, change, actor, request_id, occurred_at, created_at, {0})
  SELECT id, version, $3, $4, $5, updated_at, created_at, {0}
  FROM patient WHERE id = $1 AND change_id = $2)",
                                                    field_column_names()));
  return statement;
}

constexpr Statement insert_outbox(R"(
  INSERT INTO outbox (partition, key, version, event_id, actor_id, request_id, trace_parent, created_at)
  SELECT $3, id, version, change_id, $4, $5, $6, updated_at
  FROM patient WHERE id = $1 AND change_id = $2)");

constexpr Statement forget_expired_key(R"(
  DELETE FROM idempotency WHERE user_id = $1 AND idempotency_key = $2 AND created_at <= $3)");

constexpr Statement insert_key(R"(
  INSERT INTO idempotency (user_id, idempotency_key, fingerprint, patient_id, version, created_at)
  VALUES ($1, $2, $3, $4, $5, $6))");

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
  Params row{patient.id, patient.version, change.id, database::to_column(patient.created_at),
             database::to_column(patient.updated_at)};
  row.reserve(row.size() + field_columns().size() + computed_columns().size());
  for (const FieldColumn& column : field_columns()) row.push_back(column.value(patient));
  for (const ComputedColumn& column : computed_columns()) row.push_back(column.value(patient));
  return row;
}

void add_history_and_event(Batch& batch, const std::string& id, const Change& change) {
  batch.add(insert_history(), {id, change.id, stored_kind(change.kind), change.actor, change.request_id});
  batch.add(insert_outbox, {id, change.id, std::int64_t{messaging::outbox_partition(id)}, change.actor,
                            change.request_id, change.traceparent});
}

void add_key(Batch& batch, const IdempotencyKey& key, const Patient& patient, core::Timestamp now) {
  batch.add(forget_expired_key, {key.user_id, key.key, database::to_column(now - idempotency_lifetime)});
  batch.add(insert_key, {key.user_id, key.key, key.fingerprint, patient.id, patient.version, database::to_column(now)});
}

/// ,3,4, or NULL for any version.
database::Value list_of(const ExpectedVersions& expected) {
  if (!expected) return database::Null();
  return fmt::format(",{},", fmt::join(*expected, ","));
}

}  // namespace

// In each of these the patient comes first, so that its lock makes the outbox's order that of the
// commits; the counter, which others wait for too, comes last.

Batch addition(const Patient& patient, const Change& change, const IdempotencyKey* key) {
  Batch batch;
  batch.add(insert_patient(), patient_row(patient, change));
  add_history_and_event(batch, patient.id, change);
  if (key) add_key(batch, *key, patient, change.at);
  batch.add(count_one_more, {counter_shard(patient.id)});
  return batch;
}

Batch update_of(std::string_view id, const PatientUpdate& update, const Change& change,
                const ExpectedVersions& expected) {
  const std::string patient_id(id);
  Params row{patient_id, change.id, database::to_column(change.at), list_of(expected)};
  for (const FieldColumn& column : field_columns()) row.push_back(column.new_value(update));
  for (const ComputedColumn& column : computed_columns()) row.push_back(column.new_value(update));
  Batch batch;
  batch.add(update_patient(), std::move(row));
  add_history_and_event(batch, patient_id, change);
  return batch;
}

Batch deletion_of(std::string_view id, const Change& change, const ExpectedVersions& expected) {
  const std::string patient_id(id);
  Batch batch;
  batch.add(delete_patient(), {patient_id, change.id, database::to_column(change.at), list_of(expected)});
  add_history_and_event(batch, patient_id, change);
  batch.add(count_one_less, {counter_shard(patient_id), patient_id, change.id});
  return batch;
}

}  // namespace pms::patient
