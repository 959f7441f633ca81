// SQLite with other processes: one that writes too, one that holds the lock, one that is killed,
// one without room.
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <future>
#include <gmock/gmock.h>
#include <memory>
#include <set>
#include <signal.h>
#include <sqlite3.h>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <vector>

#include "child_process.hpp"
#include "conformance.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::database {
namespace {

using core::Errc;
using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr Statement count_up(
    "INSERT INTO counter (shard, total) VALUES ($1, 1) ON CONFLICT (shard) DO UPDATE SET total = counter.total + 1");
constexpr Statement total("SELECT total FROM counter WHERE shard = 1");
constexpr Statement all_ids("SELECT id FROM patient");
constexpr Statement insert_bytes("INSERT INTO sample (id, bytes) VALUES ($1, $2)");
constexpr Statement count_samples("SELECT count(*) FROM sample");

class SqliteProcesses : public testing::Test {
 protected:
  SqliteProcesses() { (void)open_database(); }

  std::unique_ptr<Database> open_database(Options options = {.service = "test"}) const {
    auto opened = sqlite::open(file_, std::move(options));
    if (!opened) throw std::runtime_error(opened.error().message);
    if (auto migrated = (*opened)->migrate(test_migrations()); !migrated)
      throw std::runtime_error(migrated.error().message);
    return std::move(*opened);
  }

  testkit::TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "test.db";
};

/// Commits one statement and waits for the result.
core::Result<BatchResult> commit_one(testkit::TestLoop& loop, Database& database, const Statement& statement,
                                     Params params, Deadline deadline = Deadline::never()) {
  Batch batch;
  batch.add(statement, std::move(params));
  return loop.run(commit(database, std::move(batch), deadline));
}

std::int64_t query_number(testkit::TestLoop& loop, Database& database, const Statement& statement) {
  auto rows = loop.run(query(database, statement, {}, Deadline::never()));
  return rows ? rows->at(0).integer(0) : -1;
}

int count_up_times(testkit::TestLoop& loop, Database& database, int times) {
  int done = 0;
  for (int i = 0; i < times; ++i) done += commit_one(loop, database, count_up, {std::int64_t{1}}) ? 1 : 0;
  return done;
}

TEST_F(SqliteProcesses, TwoWriteOneFile) {
  ChildProcess child([&](int out) {
    testkit::TestLoop loop;
    auto database = open_database();
    write_line(out, std::to_string(count_up_times(loop, *database, 300)));
  });
  testkit::TestLoop loop;
  auto database = open_database();
  EXPECT_EQ(count_up_times(loop, *database, 300), 300);
  std::string childs;
  ASSERT_TRUE(child.read_line(childs));
  EXPECT_EQ(childs, "300");
  EXPECT_EQ(query_number(loop, *database, total), 600);
}

/// Opens new files that other processes open at the same time.
std::string open_new_files(const std::filesystem::path& folder) {
  for (int i = 0; i < 100; ++i) {
    auto opened = sqlite::open(folder / std::to_string(i), {.service = "test"});
    if (!opened) return opened.error().message;
  }
  return "opened";
}

TEST_F(SqliteProcesses, ManyOpenANewFileAtOnce) {
  std::vector<std::unique_ptr<ChildProcess>> children;
  for (int i = 0; i < 8; ++i)
    children.push_back(
        std::make_unique<ChildProcess>([&](int out) { write_line(out, open_new_files(folder_.path())); }));
  for (auto& child : children) {
    std::string answer;
    child->read_line(answer);
    EXPECT_EQ(answer, "opened");
  }
}

/// Takes the write lock, as the writer of another process does.
class WriteLock {
 public:
  explicit WriteLock(const std::filesystem::path& file) {
    sqlite3_open(file.c_str(), &handle_);
    EXPECT_EQ(sqlite3_exec(handle_, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  }
  ~WriteLock() { sqlite3_close(handle_); }
  WriteLock(const WriteLock&) = delete;
  WriteLock& operator=(const WriteLock&) = delete;

 private:
  sqlite3* handle_ = nullptr;
};

TEST_F(SqliteProcesses, AWriterWaitsForAnothersLock) {
  testkit::TestLoop loop;
  auto database = open_database();
  auto lock = std::make_unique<WriteLock>(file_);
  Batch batch;
  batch.add(insert_patient, patient("p1", "ana@example.com"));
  auto inserted = loop.start(commit(*database, std::move(batch), Deadline::never()));
  EXPECT_EQ(query_number(loop, *database, count_patients), 0);  // readers do not wait
  lock.reset();
  EXPECT_TRUE(inserted.get());
}

TEST_F(SqliteProcesses, AWriterDoesNotWaitForeverForAnothersLock) {
  testkit::TestLoop loop;
  auto database = open_database({.service = "test", .busy_timeout = std::chrono::milliseconds(20)});
  const WriteLock lock(file_);
  auto inserted = commit_one(loop, *database, insert_patient, patient("p1", "ana@example.com"));
  ASSERT_FALSE(inserted);
  EXPECT_EQ(inserted.error().code, Errc::unavailable);
  EXPECT_EQ(inserted.error().message, "the database is temporarily unavailable; try again");
  EXPECT_TRUE(inserted.error().retry_after);
}

TEST_F(SqliteProcesses, WhatDoesNotFitInTheQueueIsToldToComeAgain) {
  testkit::TestLoop loop;
  auto database = open_database({.service = "test", .queue_limit = 10});
  std::vector<std::future<core::Result<BatchResult>>> inserts;
  {
    const WriteLock lock(file_);
    for (int i = 0; i < 50; ++i) {
      const std::string id = "p" + std::to_string(i);
      Batch batch;
      batch.add(insert_patient, patient(id, id));
      inserts.push_back(loop.start(commit(*database, std::move(batch), Deadline::never())));
    }
    EXPECT_EQ(query_number(loop, *database, count_patients), 0);  // the loop has now started all of them
  }
  std::int64_t stored = 0;
  for (auto& insert : inserts) {
    auto result = insert.get();
    if (result) {
      ++stored;
    } else {
      EXPECT_EQ(result.error().code, Errc::unavailable);
      EXPECT_TRUE(result.error().retry_after);
    }
  }
  // Ten commits waited while the writer held the previous ones: at least one, at most another ten.
  EXPECT_GE(stored, 10);
  EXPECT_LE(stored, 20);
  EXPECT_EQ(query_number(loop, *database, count_patients), stored);
}

core::Task<void> insert_and_report(Database& database, std::string prefix, int out) {
  for (int i = 0; true; ++i) {
    const std::string id = prefix + std::to_string(i);
    Batch batch;
    batch.add(insert_patient, patient(id, id));
    auto result = co_await database.commit(std::move(batch), Deadline::never());
    if (result) write_line(out, id);
  }
}

TEST_F(SqliteProcesses, WhatWasAcknowledgedBeforeAKillIsThere) {
  std::set<std::string> acknowledged;
  for (int round = 0; round < 5; ++round) {
    ChildProcess child([&](int out) {
      auto database = open_database();
      testkit::TestLoop loop;
      std::vector<std::future<void>> callers;
      for (int caller = 0; caller < 16; ++caller)
        callers.push_back(
            loop.start(insert_and_report(*database, std::to_string(round) + "/" + std::to_string(caller) + "/", out)));
      for (auto& caller : callers) caller.wait();
    });
    std::string id;
    for (int i = 0; i < 500 && child.read_line(id); ++i) acknowledged.insert(id);
    child.kill();
    while (child.read_line(id)) acknowledged.insert(id);
  }
  ASSERT_GE(acknowledged.size(), 2'500U);

  testkit::TestLoop loop;
  auto database = open_database();
  auto rows = loop.run(query(*database, all_ids, {}, Deadline::never()));
  ASSERT_TRUE(rows);
  for (const Row& row : *rows) acknowledged.erase(row.text(0));
  EXPECT_TRUE(acknowledged.empty()) << acknowledged.size() << " lost, the first is " << *acknowledged.begin();
}

void limit_file_size(rlim_t bytes) {
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = bytes;
  setrlimit(RLIMIT_FSIZE, &limit);
}

/// Inserts until it is refused, and on once there is room again. Reports what it saw, a word a
/// line.
void fill_the_disk(testkit::TestLoop& loop, Database& database, int out) {
  signal(SIGXFSZ, SIG_IGN);
  limit_file_size(1 << 20);
  Blob bytes{std::string(20'000, 'x')};
  std::int64_t stored = 0;
  auto result = commit_one(loop, database, insert_bytes, {stored, bytes});
  for (; result && stored < 1'000; result = commit_one(loop, database, insert_bytes, {stored, bytes})) ++stored;
  write_line(out, result || result.error().code != Errc::storage_full ? "not refused" : "refused");
  write_line(out, query_number(loop, database, count_samples) == stored ? "reads on" : "reads something else");
  limit_file_size(RLIM_INFINITY);
  write_line(out, commit_one(loop, database, insert_bytes, {stored, bytes}) ? "recovered" : "not recovered");
  write_line(out, query_number(loop, database, count_samples) == stored + 1 ? "nothing lost" : "lost");
}

TEST_F(SqliteProcesses, AFullDiskRefusesWritesLosesNothingAndIsForgottenOnceThereIsRoom) {
  ChildProcess child([&](int out) {
    testkit::TestLoop loop;
    auto database = open_database();
    fill_the_disk(loop, *database, out);
  });
  for (const char* expected : {"refused", "reads on", "recovered", "nothing lost"}) {
    std::string line;
    child.read_line(line);
    EXPECT_EQ(line, expected);
  }
}

constexpr Statement count_tables("SELECT count(*) FROM sqlite_schema");

std::string readiness(testkit::TestLoop& loop, Database& database) {
  const auto answer = loop.run(ready(database, Deadline::after(5s)));
  return answer ? "ready" : answer.error().message;
}

/// Fills a file as large as it may become, and reports whether the database is ready before and
/// after there is room again.
void report_readiness(testkit::TestLoop& loop, Database& database, int out) {
  signal(SIGXFSZ, SIG_IGN);
  limit_file_size(1 << 20);
  const auto tables = query_number(loop, database, count_tables);
  Blob bytes{std::string(20'000, 'x')};
  write_line(out, readiness(loop, database));
  for (std::int64_t id = 0; commit_one(loop, database, insert_bytes, {id, bytes});) ++id;
  write_line(out, readiness(loop, database));  // from a probe
  write_line(out, readiness(loop, database));  // from its result
  limit_file_size(RLIM_INFINITY);
  const auto end = Deadline::after(10s);
  while (!end.passed() && readiness(loop, database) != "ready") std::this_thread::sleep_for(10ms);
  write_line(out, readiness(loop, database));
  write_line(out, query_number(loop, database, count_tables) == tables ? "nothing left behind" : "another table");
}

TEST_F(SqliteProcesses, AFullDiskIsNotReadyUntilThereIsRoomAndNoWriteIsNeededToNotice) {
  ChildProcess child([&](int out) {
    testkit::TestLoop loop;
    auto database = open_database();
    report_readiness(loop, *database, out);
  });
  const std::string no_room = "no space left to write " + file_.string();
  for (const std::string& expected : {"ready"s, no_room, no_room, "ready"s, "nothing left behind"s}) {
    std::string line;
    child.read_line(line);
    EXPECT_EQ(line, expected);
  }
}

}  // namespace
}  // namespace pms::database
