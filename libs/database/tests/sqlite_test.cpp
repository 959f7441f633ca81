// Tests the properties that only SQLite has: text with NUL, and a write-ahead log whose growth must
// be bounded.
#include <algorithm>
#include <atomic>
#include <cstdint>
#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "conformance.hpp"
#include "core/task.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::database {
namespace {

constexpr Statement insert_sample("INSERT INTO sample (id, text, bytes) VALUES ($1, $2, $3)");
constexpr Statement replace_sample(
    "INSERT INTO sample (id, bytes) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET bytes = excluded.bytes");
constexpr Statement read_text("SELECT text FROM sample WHERE id = $1");
/// Reads the table, and keeps its snapshot for some tens of milliseconds.
constexpr Statement slow_read(
    "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 100000) "
    "SELECT (SELECT count(*) FROM sample) + count(*) FROM n");

class Sqlite : public testing::Test {
 protected:
  Sqlite() {
    auto opened = sqlite::open(file_, {.service = "test"});
    if (!opened) throw std::runtime_error(opened.error().message);
    database_ = std::move(*opened);
    if (auto migrated = database_->migrate(test_migrations()); !migrated)
      throw std::runtime_error(migrated.error().message);
  }
  bool commit_one(const Statement& statement, Params params) {
    Batch batch;
    batch.add(statement, std::move(params));
    return loop_.run(commit(*database_, std::move(batch), Deadline::never())).has_value();
  }

  testkit::TestLoop loop_;
  testkit::TestLoop readers_;
  testkit::TemporaryFolder folder_;
  const std::filesystem::path file_ = folder_ / "test.db";
  std::unique_ptr<Database> database_;
};

TEST_F(Sqlite, KeepsTextWithNul) {
  const std::string text("a\0b", 3);
  ASSERT_TRUE(commit_one(insert_sample, {std::int64_t{1}, text, Null{}}));
  auto rows = loop_.run(query(*database_, read_text, {std::int64_t{1}}, Deadline::never()));
  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->at(0).text(0), text);
}

TEST_F(Sqlite, RefusesAStatementWhoseTextHasChanged) {
  std::string text = "INSERT INTO counter VALUES ($1, 1)";
  ASSERT_TRUE(commit_one(Statement(text), {std::int64_t{1}}));
  text = "DELETE FROM counter WHERE shard=$1";
  EXPECT_FALSE(commit_one(Statement(text), {std::int64_t{1}}));
}

core::Task<int> read_until(Database& database, const std::atomic<bool>& stop) {
  int failures = 0;
  while (!stop) {
    auto rows = co_await database.query(slow_read, Params(), Deadline::never());
    if (!rows) ++failures;
  }
  co_return failures;
}

TEST_F(Sqlite, KeepsItsLogBoundedThoughReadersOverlapWithoutAGap) {
  std::atomic<bool> stop = false;
  std::vector<std::future<int>> reading;
  for (int i = 0; i < 4; ++i) reading.push_back(readers_.start(read_until(*database_, stop)));
  std::uintmax_t largest = 0;
  for (std::int64_t i = 0; i < 200; ++i) {  // 100 MB in total
    Blob bytes{std::string(500'000, static_cast<char>(i % 100))};
    ASSERT_TRUE(commit_one(replace_sample, {i % 10, std::move(bytes)}));
    largest = std::max(largest, std::filesystem::file_size(file_.string() + "-wal"));
  }
  stop = true;
  for (auto& one : reading) EXPECT_EQ(one.get(), 0);
  EXPECT_LT(largest, 80'000'000U);
}

}  // namespace
}  // namespace pms::database
