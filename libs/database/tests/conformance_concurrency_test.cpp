// Tests many concurrent callers, deadlines, and closing while work is in progress.
#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <future>
#include <string>
#include <thread>
#include <vector>

#include "conformance.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::database {
namespace {

using core::Errc;
using std::chrono::seconds;

constexpr Statement touch_patient("UPDATE patient SET version = version + 1, change_id = $2 WHERE id = $1");
constexpr Statement write_touched(
    "INSERT INTO patient_history (patient_id, version, name) "
    "SELECT id, version, name FROM patient WHERE id = $1 AND change_id = $2");
constexpr Statement patient_version = point_read("SELECT version FROM patient WHERE id = $1");
constexpr Statement count_touched("SELECT count(*) FROM patient_history");
constexpr Statement count_up(
    "INSERT INTO counter (shard, total) VALUES ($1, 1) ON CONFLICT (shard) DO UPDATE SET total = counter.total + 1");
constexpr Statement total("SELECT total FROM counter WHERE shard = $1");
constexpr Statement total_in_place = point_read("SELECT total FROM counter WHERE shard = $1");
/// A statement that takes minutes.
constexpr Statement endless(
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 10000000000) SELECT count(*) FROM n");

Batch single(const Statement& statement, Params params = {}) {
  Batch batch;
  batch.add(statement, std::move(params));
  return batch;
}

TEST_P(DatabaseConformance, AThousandChangesAtOnceNeedNoRetry) {
  commit_one(insert_patient, patient("p1", "ana@example.com"));
  std::vector<std::future<core::Result<BatchResult>>> changes;
  for (int i = 0; i < 1'000; ++i) {
    const std::string change_id = "c" + std::to_string(i);
    Batch batch;
    batch.add(touch_patient, {std::string("p1"), change_id});
    batch.add(write_touched, {std::string("p1"), change_id});
    changes.push_back(loop().start(commit(database(), std::move(batch), Deadline::never())));
  }
  for (auto& change : changes) {
    auto result = change.get();
    ASSERT_TRUE(result) << result.error().message;
    EXPECT_EQ(result->at(1).rows_affected, 1);
  }
  EXPECT_EQ(query_number(patient_version, {std::string("p1")}), 1'001);
  EXPECT_EQ(query_number(count_touched), 1'000);
}

TEST_P(DatabaseConformance, OneFailingBatchAmongManyFailsAlone) {
  commit_one(insert_patient, patient("taken", "taken@example.com"));
  std::vector<std::future<core::Result<BatchResult>>> inserts;
  for (int i = 0; i < 200; ++i) {
    const std::string id = "p" + std::to_string(i);
    Batch batch;
    batch.add(count_up, {std::int64_t{1}});
    batch.add(insert_patient, patient(id, i % 10 == 3 ? "taken@example.com" : id + "@example.com"));
    inserts.push_back(loop().start(commit(database(), std::move(batch), Deadline::never())));
  }
  for (std::size_t i = 0; i < inserts.size(); ++i) {
    auto result = inserts[i].get();
    EXPECT_EQ(result ? "" : result.error().message, i % 10 == 3 ? "patient.email_key" : "") << i;
  }
  EXPECT_EQ(query_number(total, {std::int64_t{1}}), 180);
  EXPECT_EQ(query_number(count_patients), 181);
}

core::Task<int> count_stale_reads(Database& database, Statement read, std::int64_t rounds) {
  int stale = 0;
  for (std::int64_t i = 1; i <= rounds; ++i) {
    Batch batch = single(count_up, {std::int64_t{7}});
    auto committed = co_await database.commit(std::move(batch), Deadline::never());
    Params params;
    params.emplace_back(std::int64_t{7});
    auto rows = co_await database.query(read, std::move(params), Deadline::never());
    if (!committed || !rows || rows->at(0).integer(0) != i) ++stale;
  }
  co_return stale;
}

TEST_P(DatabaseConformance, AQuerySeesWhatWasCommittedBefore) {
  EXPECT_EQ(loop().run(count_stale_reads(database(), total, 100)), 0);
}

TEST_P(DatabaseConformance, APointReadSeesWhatWasCommittedBefore) {
  EXPECT_EQ(loop().run(count_stale_reads(database(), total_in_place, 100)), 0);
}

core::Task<int> work_of_a_caller(Database& database, std::int64_t shard, int rounds) {
  const auto self = std::this_thread::get_id();
  int failures = 0;
  for (int i = 0; i < rounds; ++i) {
    Batch batch = single(count_up, {shard});
    auto committed = co_await database.commit(std::move(batch), Deadline::never());
    if (!committed || self != std::this_thread::get_id()) ++failures;
    const Statement& statement = i % 2 == 0 ? total : total_in_place;
    Params params;
    params.emplace_back(shard);
    auto rows = co_await database.query(statement, std::move(params), Deadline::never());
    if (!rows || rows->size() != 1 || self != std::this_thread::get_id()) ++failures;
  }
  co_return failures;
}

TEST_P(DatabaseConformance, ServesManyCallersOnSeveralThreadsEachOnItsOwn) {
  std::array<testkit::TestLoop, 4> loops;
  auto database = open_again();
  std::vector<std::future<int>> callers;
  for (std::int64_t caller = 0; caller < 32; ++caller)
    callers.push_back(
        loops[static_cast<std::size_t>(caller) % loops.size()].start(work_of_a_caller(*database, caller % 8, 25)));
  for (auto& caller : callers) EXPECT_EQ(caller.get(), 0);
  for (std::int64_t shard = 0; shard < 8; ++shard) EXPECT_EQ(query_number(total, {shard}), 100);
}

TEST_P(DatabaseConformance, AnIoContextKeepsRunningWhileItsCommitIsUnderWay) {
  boost::asio::io_context context;
  auto committed =
      boost::asio::co_spawn(context.get_executor(),
                            commit(database(), single(insert_patient, patient("p1", "a@b.example")), Deadline::never()),
                            boost::asio::use_future);
  context.run();
  EXPECT_EQ(committed.wait_for(seconds(0)), std::future_status::ready);
  database_.reset();  // destroyed before the context
}

TEST_P(DatabaseConformance, ABatchWhoseDeadlineHasPassedIsNotBegun) {
  auto result = try_commit(single(insert_patient, patient("p1", "a@b.example")), Deadline::after(seconds(0)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::deadline_exceeded);
  EXPECT_EQ(query_number(count_patients), 0);
}

TEST_P(DatabaseConformance, AQueryWhoseDeadlineHasPassedIsNotBegun) {
  auto result = try_query(count_patients, {}, Deadline::after(seconds(0)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::deadline_exceeded);
}

TEST_P(DatabaseConformance, AQueryThatTakesTooLongIsStoppedAtItsDeadline) {
  auto result = try_query(endless, {}, Deadline::after(std::chrono::milliseconds(50)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, Errc::deadline_exceeded);
  EXPECT_EQ(query_number(count_patients), 0);  // the engine is free again
}

TEST_P(DatabaseConformance, SlowQueriesDelayNeitherCommitsNorPointReads) {
  std::vector<std::future<core::Result<Rows>>> slow;
  for (int i = 0; i < 2; ++i)
    slow.push_back(loop().start(query(database(), endless, {}, Deadline::after(std::chrono::milliseconds(1'500)))));
  EXPECT_EQ(loop().run(count_stale_reads(database(), total_in_place, 10)), 0);
  for (auto& one : slow) EXPECT_EQ(one.wait_for(seconds(0)), std::future_status::timeout);
  for (auto& one : slow) EXPECT_FALSE(one.get());
}

core::Task<void> nothing() { co_return; }

TEST_P(DatabaseConformance, ClosingFinishesWhatIsQueued) {
  std::vector<std::future<core::Result<BatchResult>>> inserts;
  for (int i = 0; i < 300; ++i) {
    const std::string id = "p" + std::to_string(i);
    inserts.push_back(loop().start(commit(database(), single(insert_patient, patient(id, id)), Deadline::never())));
  }
  loop().run(nothing());  // the loop has now started all of them
  database_.reset();
  for (auto& insert : inserts) EXPECT_TRUE(insert.get());
  database_ = open_again();
  EXPECT_EQ(query_number(count_patients), 300);
}

}  // namespace
}  // namespace pms::database
