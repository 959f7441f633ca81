// Tests that effects happen once and in order, whatever fails.
#include "messaging/consumer.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <gmock/gmock.h>
#include <memory>
#include <string>
#include <string_view>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

#include "conformance.hpp"
#include "core/result.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "faults.hpp"
#include "messaging/dead_letters.hpp"
#include "messaging/embedded/embedded_log.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::messaging {
namespace {

using namespace std::chrono_literals;
using database::Params;
using database::Statement;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::string_view tables = R"(
  CREATE TABLE consumer_position (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, next_offset BIGINT NOT NULL,
    PRIMARY KEY (topic, partition));
  CREATE TABLE journal (id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, value TEXT NOT NULL,
    CONSTRAINT allowed CHECK (value <> 'forbidden'));
  CREATE TABLE patient (id TEXT PRIMARY KEY, version BIGINT NOT NULL, changes BIGINT NOT NULL);)";
constexpr database::Migration migrations[] = {
    {.number = 1, .name = "create_tables", .sqlite = tables, .postgresql = tables}};

constexpr Statement insert_journal{"INSERT INTO journal (key, value) VALUES ($1, $2)"};
constexpr Statement select_journal{"SELECT value FROM journal WHERE key = $1 ORDER BY id"};
constexpr Statement count_journal{"SELECT count(*) FROM journal"};
constexpr Statement count_change{R"(
  INSERT INTO patient (id, version, changes) VALUES ($1, $2, 1)
  ON CONFLICT (id) DO UPDATE SET version = excluded.version, changes = patient.changes + 1
  WHERE patient.version < excluded.version)"};
constexpr Statement select_changes{"SELECT changes FROM patient WHERE id = $1"};
constexpr Statement insert_nowhere{"INSERT INTO no_such_table (key) VALUES ($1)"};

/// Adds an effect that is visible if it happens twice, because only the position guards it.
core::Result<> write_journal(const StoredRecord& stored, database::Batch& batch) {
  if (stored.record.value == "unreadable") return core::fail(core::Errc::invalid, "the event does not parse");
  if (stored.record.value == "throws") throw std::runtime_error("a defect");
  batch.add(insert_journal, Params{stored.record.key, stored.record.value});
  return {};
}

/// Adds an effect like those of the services: it is guarded by the version, which is the record's
/// value.
core::Result<> count_by_version(const StoredRecord& stored, database::Batch& batch) {
  batch.add(count_change, Params{stored.record.key, std::int64_t{std::stol(stored.record.value)}});
  return {};
}

ConsumerSettings settings() {
  return {.service = "billing-service", .group = "billing-service", .topic = "patient", .first_backoff = 1ms};
}

std::unique_ptr<database::Database> open_database(const std::filesystem::path& folder) {
  database::Options options;
  options.service = "test";
  auto opened = database::sqlite::open(folder / "billing.db", options).value();
  if (auto migrated = opened->migrate(migrations); !migrated) throw std::runtime_error(migrated.error().message);
  return opened;
}

class ConsumerTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(loop_.run(log_.ensure_topic("patient", TopicSettings()))); }
  void TearDown() override {
    halt(loop_);
    halt(other_loop_);
  }

  std::unique_ptr<Consumer> consume(Apply apply = write_journal) {
    auto consumer = std::make_unique<Consumer>(loop_.context(), database_, log_, settings(), std::move(apply));
    consumer->start();
    return consumer;
  }
  void stop(Consumer& consumer) { EXPECT_TRUE(loop_.run(consumer.stop(Deadline::after(20s)))); }
  void publish(std::vector<Record> records) {
    ASSERT_TRUE(loop_.run(real_log_->publish("patient", std::move(records), Deadline::after(10s))));
  }
  std::int64_t number(const Statement& statement, Params params = {}) {
    auto rows = loop_.run(real_database_->query(statement, std::move(params), Deadline::after(10s))).value();
    return rows.empty() ? 0 : rows.front().integer(0);
  }
  std::vector<std::string> journal(const std::string& key) {
    Params params{key};
    auto rows = loop_.run(real_database_->query(select_journal, std::move(params), Deadline::after(10s))).value();
    std::vector<std::string> entries;
    for (const database::Row& row : rows) entries.push_back(row.text(0));
    return entries;
  }
  bool journal_grows_to(std::int64_t entries) {
    return progress_.until([&] { return number(count_journal) >= entries; });
  }
  std::vector<StoredRecord> dead_letters() {
    std::vector<StoredRecord> letters;
    for (std::int32_t partition = 0; partition < 12; ++partition) {
      const std::string topic = dead_letter_topic("billing-service", "patient");
      auto read = loop_.run(real_log_->read(topic, partition, 0, 1'000));
      if (read) std::ranges::move(*read, std::back_inserter(letters));
    }
    return letters;
  }

  testkit::TestLoop loop_;  // first: engines post to it until they are destroyed
  testkit::TestLoop other_loop_;
  testkit::TemporaryFolder folder_;
  Progress progress_;
  std::unique_ptr<EventLog> real_log_ =
      embedded::open((folder_ / "events.db").string(), {.lease = std::chrono::hours(1)}).value();
  std::unique_ptr<database::Database> real_database_ = open_database(folder_.path());
  FaultyLog log_{*real_log_, progress_};
  FaultyDatabase database_{*real_database_, progress_};
};

std::vector<std::string> expected(const std::string& key, int count) {
  std::vector<std::string> entries;
  for (int i = 0; i < count; ++i) entries.push_back(key + std::to_string(i));
  return entries;
}

TEST_F(ConsumerTest, AppliesEveryEventInOrderPerKey) {
  publish(records("ana", 700));
  auto consumer = consume();
  publish(records("bo", 10));
  ASSERT_TRUE(journal_grows_to(710));
  stop(*consumer);
  EXPECT_EQ(journal("ana"), expected("ana", 700));
  EXPECT_EQ(journal("bo"), expected("bo", 10));
}

TEST_F(ConsumerTest, AppliesAnEventOnceThatIsInTheLogTwice) {
  const std::vector<Record> run{record("ana", "1"), record("ana", "2"), record("ana", "3")};
  publish(run);
  publish(run);
  publish({record("bo", "1")});
  publish(run);
  publish({record("ana", "4")});
  auto consumer = consume(count_by_version);
  ASSERT_TRUE(progress_.until([&] { return number(select_changes, Params{"ana"}) == 4; }));
  stop(*consumer);
  EXPECT_EQ(number(select_changes, Params{"bo"}), 1);
}

TEST_F(ConsumerTest, GoesOnWhereItStopped) {
  publish(records("ana", 5));
  auto first = consume();
  ASSERT_TRUE(journal_grows_to(5));
  stop(*first);
  publish(records("bo", 5));
  auto second = consume();
  ASSERT_TRUE(journal_grows_to(10));
  stop(*second);
  EXPECT_EQ(journal("ana"), expected("ana", 5));
  EXPECT_EQ(journal("bo"), expected("bo", 5));
}

TEST_F(ConsumerTest, AppliesOnceWhenTheAnswerToItsCommitIsLost) {
  database_.answers_to_lose = 3;
  publish(records("ana", 5));
  auto consumer = consume();
  ASSERT_TRUE(journal_grows_to(5));
  publish(records("bo", 5));
  ASSERT_TRUE(journal_grows_to(10));
  publish(records("chloe", 5));
  ASSERT_TRUE(journal_grows_to(15));
  stop(*consumer);
  EXPECT_EQ(number(count_journal), 15);
}

TEST_F(ConsumerTest, AppliesOnceWhenAnotherOwnerWasFasterBetweenReadingAndCommitting) {
  log_.split = true;
  FaultyDatabase slow_database(*real_database_, progress_);
  slow_database.commit_gate.shut();
  Consumer slow(other_loop_.context(), slow_database, log_, settings(), write_journal);
  publish(records("ana", 5));
  slow.start();
  ASSERT_TRUE(slow_database.commit_gate.wait_for_somebody());

  auto fast = consume();
  publish(records("ana", 5));
  ASSERT_TRUE(journal_grows_to(10));
  stop(*fast);
  slow_database.commit_gate.open();
  ASSERT_TRUE(progress_.until([&] { return slow_database.violations == 1; }));

  publish(records("bo", 5));
  ASSERT_TRUE(journal_grows_to(15));
  EXPECT_TRUE(loop_.run(slow.stop(Deadline::after(20s))));
  EXPECT_EQ(number(count_journal), 15);
  EXPECT_THAT(dead_letters(), IsEmpty());
}

TEST_F(ConsumerTest, AppliesOnceWhenTwoOwnersRace) {
  log_.split = true;
  Consumer other(other_loop_.context(), database_, log_, settings(), write_journal);
  auto consumer = consume();
  other.start();
  for (int burst = 0; burst < 40; ++burst) {
    std::vector<Record> many;
    for (int key = 0; key < 25; ++key) many.push_back(record("key" + std::to_string(key), std::to_string(burst)));
    publish(std::move(many));
  }
  ASSERT_TRUE(journal_grows_to(1'000));
  stop(*consumer);
  EXPECT_TRUE(loop_.run(other.stop(Deadline::after(20s))));
  EXPECT_EQ(number(count_journal), 1'000);
  std::vector<std::string> in_order;
  for (int burst = 0; burst < 40; ++burst) in_order.push_back(std::to_string(burst));
  for (int key = 0; key < 25; ++key) EXPECT_EQ(journal("key" + std::to_string(key)), in_order);
}

TEST_F(ConsumerTest, MovesAPoisonedEventToTheDeadLettersAndGoesOn) {
  for (const char* poison : {"unreadable", "forbidden", "throws"}) {
    publish({record("ana", std::string("before ") + poison)});
    Record bad = record("ana", poison);
    bad.headers.emplace_back("ce-id", "1");
    std::vector<Record> one;
    one.push_back(std::move(bad));
    publish(std::move(one));
    publish({record("ana", std::string("behind ") + poison)});
  }
  auto consumer = consume();
  ASSERT_TRUE(journal_grows_to(6));
  stop(*consumer);
  EXPECT_THAT(journal("ana"), ElementsAre("before unreadable", "behind unreadable", "before forbidden",
                                          "behind forbidden", "before throws", "behind throws"));
  const auto letters = dead_letters();
  EXPECT_THAT(values(letters), ElementsAre("unreadable", "forbidden", "throws"));
  ASSERT_THAT(letters, SizeIs(3));
  EXPECT_EQ(letters[0].header("ce-id"), "1");
  EXPECT_EQ(letters[0].header("dlq-reason"), "the event does not parse");
  EXPECT_EQ(letters[0].header("dlq-topic"), "patient");
  EXPECT_EQ(letters[0].header("dlq-partition"), std::to_string(letters[0].partition));
  EXPECT_EQ(letters[0].header("dlq-offset"), "1");
  EXPECT_EQ(letters[1].header("dlq-reason"), "allowed");
  EXPECT_EQ(letters[2].header("dlq-offset"), "7");
}

TEST_F(ConsumerTest, AppliesWhatOtherPartitionsHaveBesideAPoisonedEvent) {
  std::vector<Record> many;
  for (int key = 0; key < 50; ++key) many.push_back(record("key" + std::to_string(key), "before"));
  many.push_back(record("key7", "unreadable"));
  for (int key = 0; key < 50; ++key) many.push_back(record("key" + std::to_string(key), "behind"));
  publish(std::move(many));
  std::atomic<int> commits = 0;
  database_.refuses = [&](const database::Batch&) {
    ++commits;
    return false;
  };
  auto consumer = consume();
  ASSERT_TRUE(journal_grows_to(100));
  stop(*consumer);
  EXPECT_LT(commits, 50) << "only the partition with the poisoned event goes one by one";
  for (int key = 0; key < 50; ++key) EXPECT_THAT(journal("key" + std::to_string(key)), ElementsAre("before", "behind"));
  EXPECT_THAT(values(dead_letters()), ElementsAre("unreadable"));
}

TEST_F(ConsumerTest, RetriesAPoisonedEventBeforeItGivesItUp) {
  std::atomic<int> calls = 0;
  const Apply recovers = [&calls](const StoredRecord& stored, database::Batch& batch) -> core::Result<> {
    if (++calls < 4) return core::fail(core::Errc::not_found, "not there yet");
    return write_journal(stored, batch);
  };
  publish(records("ana", 1));
  auto consumer = consume(recovers);
  ASSERT_TRUE(journal_grows_to(1));
  stop(*consumer);
  EXPECT_THAT(dead_letters(), IsEmpty());
}

TEST_F(ConsumerTest, KeepsAPoisonedEventUntilTheDeadLettersHaveIt) {
  auto consumer = consume();
  publish({record("ana", "fine")});
  ASSERT_TRUE(journal_grows_to(1));
  log_.publish_gate.shut();
  publish({record("ana", "unreadable"), record("ana", "behind")});
  ASSERT_TRUE(log_.publish_gate.wait_for_somebody());
  log_.away = true;  // the log becomes unavailable while the letter is published
  log_.publish_gate.open();
  ASSERT_TRUE(progress_.until([&] { return log_.failures >= 5; }));
  EXPECT_EQ(number(count_journal), 1);
  log_.away = false;
  ASSERT_TRUE(journal_grows_to(2));
  stop(*consumer);
  EXPECT_THAT(values(dead_letters()), ElementsAre("unreadable"));
}

TEST_F(ConsumerTest, WaitsForADatabaseThatIsAway) {
  auto consumer = consume();
  publish(records("ana", 5));
  ASSERT_TRUE(journal_grows_to(5));
  database_.away = true;
  publish(records("bo", 5));
  const int before = database_.queries;
  ASSERT_TRUE(progress_.until([&] { return database_.queries >= before + 3; }));
  EXPECT_EQ(number(count_journal), 5);
  database_.away = false;
  ASSERT_TRUE(journal_grows_to(10));
  stop(*consumer);
  EXPECT_EQ(journal("bo"), expected("bo", 5));
  EXPECT_THAT(dead_letters(), IsEmpty());
}

TEST_F(ConsumerTest, WaitsForALogThatIsAway) {
  log_.away = true;
  auto consumer = consume();
  publish(records("ana", 5));
  ASSERT_TRUE(progress_.until([&] { return log_.failures >= 3; }));
  log_.away = false;
  ASSERT_TRUE(journal_grows_to(5));
  stop(*consumer);
}

TEST_F(ConsumerTest, DoesNotCallEventsPoisonedWhenTheSchemaIsBroken) {
  const Apply writes_nowhere = [](const StoredRecord& stored, database::Batch& batch) -> core::Result<> {
    batch.add(insert_nowhere, Params{stored.record.key});
    return {};
  };
  auto broken = consume(writes_nowhere);
  publish(records("ana", 2));
  const int before = database_.queries;
  ASSERT_TRUE(progress_.until([&] { return database_.queries >= before + 5; }));
  stop(*broken);
  EXPECT_THAT(dead_letters(), IsEmpty());
  auto repaired = consume();
  ASSERT_TRUE(journal_grows_to(2));
  stop(*repaired);
}

TEST_F(ConsumerTest, StopsWhileItWaitsAndLeavesTheGroupToOthers) {
  auto first = consume();
  publish(records("ana", 1));
  ASSERT_TRUE(journal_grows_to(1));
  auto second = consume();
  const auto before = std::chrono::steady_clock::now();
  stop(*first);
  EXPECT_LT(std::chrono::steady_clock::now() - before, 900ms);
  publish(records("bo", 1));
  EXPECT_TRUE(journal_grows_to(2));
  stop(*second);
}

TEST_F(ConsumerTest, StopsWhileTheDatabaseIsAway) {
  auto consumer = consume();
  database_.away = true;
  publish(records("ana", 1));
  ASSERT_TRUE(progress_.until([&] { return database_.queries >= 3; }));
  stop(*consumer);
  EXPECT_EQ(number(count_journal), 0);
}

TEST_F(ConsumerTest, StopsTwiceOrWithoutAStart) {
  auto consumer = consume();
  stop(*consumer);
  stop(*consumer);
  Consumer never_started(loop_.context(), database_, log_, settings(), write_journal);
  stop(never_started);
}

/// Runs in the child process: consumes until the process is killed in the middle of its work.
[[noreturn]] void consume_until_killed(const std::filesystem::path& folder, int applied) {
  testkit::TestLoop loop;
  Progress progress;
  auto log = embedded::open((folder / "events.db").string(), {.lease = 100ms}).value();
  auto real = open_database(folder);
  FaultyDatabase database(*real, progress);
  database.refuses = [applied](const database::Batch&) { return write(applied, "", 1) != 1; };
  ConsumerSettings few = settings();
  few.batch = 3;
  Consumer consumer(loop.context(), database, *log, few, write_journal);
  consumer.start();
  for (;;) pause();
}

// This test does not use the fixture, because a process forks safely only before it has threads.
TEST(ConsumerProcess, AppliesEachEventOnceThoughItIsKilledAgainAndAgain) {
  testkit::TemporaryFolder folder;
  {
    testkit::TestLoop loop;
    auto log = embedded::open((folder / "events.db").string()).value();
    ASSERT_TRUE(loop.run(log->ensure_topic("patient", TopicSettings())));
    for (const char* key : {"ana", "bo", "chloe"}) {
      ASSERT_TRUE(loop.run(log->publish("patient", records(key, 100), Deadline::after(10s))));
    }
    open_database(folder.path());
  }
  for (int round = 0; round < 5; ++round) {
    int pipe_ends[2];
    ASSERT_EQ(pipe(pipe_ends), 0);
    const pid_t child = fork();
    if (child == 0) consume_until_killed(folder.path(), pipe_ends[1]);
    ::close(pipe_ends[1]);
    for (int commit = 0; commit < 5 + round; ++commit) {
      char applied;
      ASSERT_EQ(read(pipe_ends[0], &applied, 1), 1);
    }
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    ::close(pipe_ends[0]);
  }
  testkit::TestLoop loop;
  Progress progress;
  auto log = embedded::open((folder / "events.db").string(), {.lease = 100ms}).value();
  auto real = open_database(folder.path());
  FaultyDatabase database(*real, progress);
  const auto number = [&](const Statement& statement, Params params) {
    return loop.run(real->query(statement, std::move(params), Deadline::after(10s))).value().front().integer(0);
  };
  EXPECT_GT(number(count_journal, {}), 0);
  EXPECT_LT(number(count_journal, {}), 300);
  Consumer consumer(loop.context(), database, *log, settings(), write_journal);
  consumer.start();
  EXPECT_TRUE(progress.until([&] { return number(count_journal, {}) >= 300; }));
  EXPECT_TRUE(loop.run(consumer.stop(Deadline::after(20s))));
  EXPECT_EQ(number(count_journal, {}), 300);
}

}  // namespace
}  // namespace pms::messaging
