#include "storage/counts.hpp"

#include <chrono>
#include <cstdint>
#include <expected>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/columns.hpp"

namespace pms::analytics {
namespace {

using database::Statement;

// Each change executes two statements: the first compares it with the patient's row and adds what
// is new to the summary, the second updates the row. In both statements for the summary, $1 is the
// patient's id, $3 is 1 if the patient was deleted and 0 otherwise, and $4 is the time of the
// event. With a version, $2 is the version.

constexpr Statement add_versioned(R"(
  UPDATE summary SET
    patients_created = patients_created + news.created,
    patients_updated = patients_updated + news.updated,
    patients_deleted = patients_deleted + news.deleted,
    active_patients = active_patients + news.created - news.deleted,
    events_processed = events_processed + 1,
    as_of = CASE WHEN as_of > $4 THEN as_of ELSE $4 END
  FROM (
    SELECT created, deleted, CASE WHEN versions > created + deleted THEN versions - created - deleted ELSE 0 END AS updated
    FROM (
      SELECT 1 - COUNT(*) AS created,
             CASE WHEN $3 = 1 THEN 1 - COALESCE(MAX(deleted), 0) ELSE 0 END AS deleted,
             $2 - COALESCE(MAX(version), 0) AS versions
      FROM patient WHERE id = $1) AS compared
    WHERE versions > 0) AS news)");

constexpr Statement keep_versioned(R"(
  INSERT INTO patient (id, version, deleted, registered_date) VALUES ($1, $2, $3, $4)
  ON CONFLICT (id) DO UPDATE SET
    version = excluded.version,
    deleted = CASE WHEN patient.deleted = 1 THEN 1 ELSE excluded.deleted END,
    registered_date = COALESCE(excluded.registered_date, patient.registered_date)
  WHERE patient.version < excluded.version)");

// Counts a change without a version: a patient that is not known yet counts as created, and an
// update or deletion counts in addition. $2 is 1 if the patient was updated and 0 otherwise.
constexpr Statement add_unversioned(R"(
  UPDATE summary SET
    patients_created = patients_created + news.created,
    patients_updated = patients_updated + $2,
    patients_deleted = patients_deleted + news.deleted,
    active_patients = active_patients + news.created - news.deleted,
    events_processed = events_processed + 1,
    as_of = CASE WHEN as_of > $4 THEN as_of ELSE $4 END
  FROM (
    SELECT 1 - COUNT(*) AS created, CASE WHEN $3 = 1 THEN 1 - COALESCE(MAX(deleted), 0) ELSE 0 END AS deleted
    FROM patient WHERE id = $1) AS news)");

// Stores version 1: the creation has been counted, and later events with a version continue from
// there.
constexpr Statement keep_unversioned(R"(
  INSERT INTO patient (id, version, deleted, registered_date) VALUES ($1, 1, $2, $3)
  ON CONFLICT (id) DO UPDATE SET
    deleted = CASE WHEN patient.deleted = 1 THEN 1 ELSE excluded.deleted END,
    registered_date = COALESCE(excluded.registered_date, patient.registered_date))");

constexpr Statement select_summary = database::point_read(R"(
  SELECT patients_created, patients_updated, patients_deleted, active_patients, events_processed, as_of
  FROM summary WHERE id = 1)");

}  // namespace

void count_change(const PatientChange& change, database::Batch& batch) {
  const std::int64_t updated = database::to_column(change.kind == ChangeKind::updated);
  const std::int64_t deleted = database::to_column(change.kind == ChangeKind::deleted);
  const std::int64_t at = database::to_column(change.at);
  const database::Value registered = database::to_column(change.registered_date);
  if (change.version > 0) {
    batch.add(add_versioned, {change.patient_id, change.version, deleted, at});
    batch.add(keep_versioned, {change.patient_id, change.version, deleted, registered});
  } else {
    batch.add(add_unversioned, {change.patient_id, updated, deleted, at});
    batch.add(keep_unversioned, {change.patient_id, deleted, registered});
  }
}

core::Task<core::Result<Summary>> read_summary(database::Database& database, database::Deadline deadline) {
  auto rows = co_await database.query(select_summary, database::Params(), deadline);
  if (!rows) co_return std::unexpected(std::move(rows.error()));
  const database::Row& row = rows->front();
  Summary summary;
  summary.patients_created = row.integer(0);
  summary.patients_updated = row.integer(1);
  summary.patients_deleted = row.integer(2);
  summary.active_patients = row.integer(3);
  summary.events_processed = row.integer(4);
  summary.as_of = row.optional_time(5);
  co_return summary;
}

}  // namespace pms::analytics
