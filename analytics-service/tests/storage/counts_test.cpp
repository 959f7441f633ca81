#include "storage/counts.hpp"

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "migrations.hpp"
#include "runtime/engines.hpp"
#include "testkit/run_task.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::analytics {
namespace {

using enum ChangeKind;

core::Timestamp at_second(int second) { return core::Timestamp(std::chrono::seconds(second)); }

PatientChange change(ChangeKind kind, std::string patient_id, std::int64_t version, int second = 1) {
  PatientChange change;
  change.kind = kind;
  change.patient_id = std::move(patient_id);
  change.version = version;
  change.registered_date = core::parse_date("2026-01-01");
  change.at = at_second(second);
  return change;
}

class Counts : public testing::Test {
 protected:
  Counts() {
    auto opened =
        runtime::open_database("sqlite:" + (folder_ / "analytics.db").string(), {.service = "analytics-service"});
    if (!opened) throw std::runtime_error(opened.error().message);
    database_ = std::move(*opened);
    if (auto migrated = database_->migrate(migrations()); !migrated) throw std::runtime_error(migrated.error().message);
  }

  void apply(const std::vector<PatientChange>& changes) {
    database::Batch batch;
    for (const PatientChange& change : changes) count_change(change, batch);
    const auto result = loop_.run(database_->commit(std::move(batch), database::Deadline::never()));
    ASSERT_TRUE(result) << result.error().message;
  }

  Summary summary() { return loop_.run(read_summary(*database_, database::Deadline::never())).value(); }

  void expect(std::int64_t created, std::int64_t updated, std::int64_t deleted, std::int64_t active,
              std::int64_t processed) {
    const Summary counts = summary();
    EXPECT_EQ(counts.patients_created, created);
    EXPECT_EQ(counts.patients_updated, updated);
    EXPECT_EQ(counts.patients_deleted, deleted);
    EXPECT_EQ(counts.active_patients, active);
    EXPECT_EQ(counts.events_processed, processed);
  }

  testkit::TestLoop loop_;  // first: the database posts to it until it is destroyed
  testkit::TemporaryFolder folder_;
  std::unique_ptr<database::Database> database_;
};

TEST_F(Counts, AreZeroAtFirst) {
  expect(0, 0, 0, 0, 0);
  EXPECT_FALSE(summary().as_of);
}

TEST_F(Counts, FollowALife) {
  apply({change(created, "a", 1), change(created, "b", 1)});
  expect(2, 0, 0, 2, 2);
  apply({change(updated, "a", 2), change(updated, "a", 3)});
  expect(2, 2, 0, 2, 4);
  apply({change(deleted, "a", 4)});
  expect(2, 2, 1, 1, 5);
}

TEST_F(Counts, DoNotChangeWhenARunOfEventsIsRepeated) {
  const std::vector<PatientChange> run = {change(created, "a", 1), change(updated, "a", 2), change(created, "b", 1),
                                          change(updated, "a", 3), change(deleted, "b", 2)};
  apply(run);
  const std::vector<PatientChange> tail(run.begin() + 1, run.end());
  apply(run);
  apply(tail);
  expect(2, 2, 1, 1, 5);
}

TEST_F(Counts, DoNotChangeWhenARunIsRepeatedWithinOneBatch) {
  apply({change(created, "a", 1), change(updated, "a", 2), change(created, "a", 1), change(updated, "a", 2),
         change(updated, "a", 3)});
  expect(1, 2, 0, 1, 3);
}

TEST_F(Counts, ImplyTheChangesBeforeTheVersionThatIsSeen) {
  apply({change(updated, "a", 4)});
  expect(1, 3, 0, 1, 1);
  apply({change(deleted, "a", 6)});
  expect(1, 4, 1, 0, 2);
}

TEST_F(Counts, LeaveOutWhatComesLate) {
  apply({change(updated, "a", 2), change(created, "a", 1)});
  expect(1, 1, 0, 1, 1);
  apply({change(deleted, "b", 2), change(created, "b", 1)});
  expect(2, 1, 1, 1, 2);
}

TEST_F(Counts, CountADeletionOnce) {
  apply({change(created, "a", 1), change(deleted, "a", 2), change(deleted, "a", 3)});
  EXPECT_EQ(summary().patients_deleted, 1);
  EXPECT_EQ(summary().active_patients, 0);
}

TEST_F(Counts, KnowTheTimeOfTheNewestEvent) {
  apply({change(created, "a", 1, 50), change(created, "b", 1, 20)});
  EXPECT_EQ(summary().as_of, at_second(50));
  apply({change(updated, "a", 2, 60), change(updated, "a", 2, 90)});
  EXPECT_EQ(summary().as_of, at_second(60));
}

TEST_F(Counts, TakeEventsWithoutAVersionAsWhatTheySay) {
  apply({change(created, "a", 0), change(updated, "a", 0), change(updated, "a", 0)});
  expect(1, 2, 0, 1, 3);
  apply({change(deleted, "a", 0)});
  expect(1, 2, 1, 0, 4);
}

TEST_F(Counts, GoOnWithVersionsWhereAnEarlierProducerEnded) {
  apply({change(created, "a", 0), change(updated, "a", 2)});
  expect(1, 1, 0, 1, 2);
}

}  // namespace
}  // namespace pms::analytics
