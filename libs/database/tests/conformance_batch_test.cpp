// Tests that a batch is applied completely or not at all, and reports what rejected it.
#include <cstdint>
#include <string>

#include "conformance.hpp"
#include "core/result.hpp"

namespace pms::database {
namespace {

constexpr Statement rename_patient(
    "UPDATE patient SET name = $2, version = version + 1, change_id = $3 WHERE id = $1 AND version = $4 "
    "RETURNING version");
constexpr Statement write_history(
    "INSERT INTO patient_history (patient_id, version, name) "
    "SELECT id, version, name FROM patient WHERE id = $1 AND change_id = $2");
constexpr Statement count_history("SELECT count(*) FROM patient_history");

Batch renaming(const std::string& id, const std::string& name, const std::string& change_id, std::int64_t version) {
  Batch batch;
  batch.add(rename_patient, {id, name, change_id, version});
  batch.add(write_history, {id, change_id});
  return batch;
}

TEST_P(DatabaseConformance, RunsTheStatementsOfABatchInOrder) {
  commit_one(insert_patient, patient("p1", "ana@example.com"));
  const BatchResult result = commit_all(renaming("p1", "Ana", "c1", 1));
  ASSERT_EQ(result.size(), 2U);
  EXPECT_EQ(result[0].rows_affected, 1);
  EXPECT_EQ(result[0].rows.at(0).integer(0), 2);
  EXPECT_EQ(result[1].rows_affected, 1);
}

TEST_P(DatabaseConformance, ALaterStatementDoesNothingWhenTheFirstChangedNoRow) {
  commit_one(insert_patient, patient("p1", "ana@example.com"));
  const BatchResult result = commit_all(renaming("p1", "Ana", "c1", 7));
  ASSERT_EQ(result.size(), 2U);
  EXPECT_EQ(result[0].rows_affected, 0);
  EXPECT_TRUE(result[0].rows.empty());
  EXPECT_EQ(result[1].rows_affected, 0);
  EXPECT_EQ(query_number(count_history), 0);
}

TEST_P(DatabaseConformance, AStatementSeesWhatEarlierOnesOfItsBatchWrote) {
  Batch batch;
  batch.add(insert_patient, patient("p1", "ana@example.com"));
  batch.add(count_patients);
  const BatchResult result = commit_all(std::move(batch));
  EXPECT_EQ(result.at(1).rows.at(0).integer(0), 1);
}

TEST_P(DatabaseConformance, AnEmptyBatchDoesNothing) { EXPECT_TRUE(commit_all(Batch()).empty()); }

TEST_P(DatabaseConformance, ABatchThatFailsHalfWayLeavesNothing) {
  commit_one(insert_patient, patient("p1", "ana@example.com"));
  Batch batch;
  batch.add(insert_patient, patient("p2", "ben@example.com"));
  batch.add(insert_patient, patient("p3", "ana@example.com"));
  batch.add(insert_patient, patient("p4", "dan@example.com"));
  auto result = try_commit(std::move(batch));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, core::Errc::violation);
  EXPECT_EQ(query_number(count_patients), 1);
}

TEST_P(DatabaseConformance, AStatementThatFailsHalfWayLeavesNothing) {
  constexpr Statement insert_twice("INSERT INTO counter (shard, total) VALUES (1, 1), (2, 2), (1, 3)");
  constexpr Statement count("SELECT count(*) FROM counter");
  EXPECT_EQ(violation_of(insert_twice), "counter.shard");
  EXPECT_EQ(query_number(count), 0);
}

TEST_P(DatabaseConformance, ABatchWithAWrongStatementLeavesNothing) {
  constexpr Statement wrong("INSERT INTO nobody (id) VALUES (1)");
  Batch batch;
  batch.add(insert_patient, patient("p1", "ana@example.com"));
  batch.add(wrong);
  auto result = try_commit(std::move(batch));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, core::Errc::internal);
  EXPECT_EQ(query_number(count_patients), 0);
}

// A condition that is not met aborts the batch by inserting NULL into a NOT NULL column.
TEST_P(DatabaseConformance, ComparesAndSetsOrAborts) {
  constexpr Statement start("INSERT INTO position (topic, next_offset) VALUES ('patient', 10)");
  constexpr Statement move(
      "UPDATE position SET next_offset = CASE WHEN next_offset = $1 THEN CAST($2 AS BIGINT) END WHERE topic = "
      "'patient'");
  constexpr Statement next("SELECT next_offset FROM position");
  commit_one(start);
  const auto apply = [&](std::int64_t from, std::int64_t to, const std::string& id) {
    Batch batch;
    batch.add(move, {from, to});
    batch.add(insert_patient, patient(id, id + "@example.com"));
    return try_commit(std::move(batch));
  };
  EXPECT_TRUE(apply(10, 20, "p1"));
  auto late = apply(10, 20, "p2");
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, core::Errc::violation);
  EXPECT_EQ(late.error().message, "position.next_offset");
  EXPECT_EQ(query_number(next), 20);
  EXPECT_EQ(query_number(count_patients), 1);
}

TEST_P(DatabaseConformance, NamesTheColumnOfAPrimaryKeyViolation) {
  commit_one(insert_patient, patient("p1", "ana@example.com"));
  EXPECT_EQ(violation_of(insert_patient, patient("p1", "ben@example.com")), "patient.id");
}

TEST_P(DatabaseConformance, NamesTheColumnOfAPartialUniqueIndex) {
  commit_one(insert_patient, patient("p1", "ana@example.com"));
  EXPECT_EQ(violation_of(insert_patient, patient("p2", "ana@example.com")), "patient.email_key");
}

TEST_P(DatabaseConformance, APartialUniqueIndexIgnoresRowsOutsideIt) {
  constexpr Statement erase("UPDATE patient SET deleted_at = 1 WHERE id = $1");
  commit_one(insert_patient, patient("p1", "ana@example.com"));
  commit_one(erase, {std::string("p1")});
  commit_one(insert_patient, patient("p2", "ana@example.com"));
  EXPECT_EQ(query_number(count_patients), 2);
}

TEST_P(DatabaseConformance, NamesEveryColumnOfAUniqueKey) {
  constexpr Statement insert_history("INSERT INTO patient_history (patient_id, version, name) VALUES ('p1', 1, 'Ana')");
  commit_one(insert_patient, patient("p1", "ana@example.com"));
  commit_one(insert_history);
  EXPECT_EQ(violation_of(insert_history), "patient_history.patient_id,version");
}

TEST_P(DatabaseConformance, NamesTheColumnThatMustNotBeNull) {
  constexpr Statement insert_nameless("INSERT INTO patient (id, version, change_id) VALUES ('p1', 1, 'c1')");
  EXPECT_EQ(violation_of(insert_nameless), "patient.name");
}

TEST_P(DatabaseConformance, NamesACheckByItsConstraint) {
  constexpr Statement insert_empty("INSERT INTO patient (id, name, version, change_id) VALUES ('p1', '', 1, 'c1')");
  EXPECT_EQ(violation_of(insert_empty), "patient_name_not_empty");
}

TEST_P(DatabaseConformance, RefusesAForeignKeyThatLeadsNowhere) {
  constexpr Statement insert_history("INSERT INTO patient_history (patient_id, version, name) VALUES ('p9', 1, 'Ana')");
  EXPECT_EQ(violation_of(insert_history), "foreign key");
}

TEST_P(DatabaseConformance, RefusesToDeleteWhatAForeignKeyNeeds) {
  constexpr Statement erase("DELETE FROM patient WHERE id = 'p1'");
  commit_one(insert_patient, patient("p1", "ana@example.com"));
  commit_all(renaming("p1", "Ana", "c1", 1));
  EXPECT_EQ(violation_of(erase), "foreign key");
}

}  // namespace
}  // namespace pms::database
