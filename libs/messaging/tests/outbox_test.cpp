// Tests that every committed event reaches the log, in order per key, whatever happens to the
// relay.
#include "messaging/outbox.hpp"

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
#include "messaging/embedded/embedded_log.hpp"
#include "telemetry/metrics.hpp"
#include "testkit/fake_clock.hpp"
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
  CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT, partition INTEGER NOT NULL, key TEXT NOT NULL, version BIGINT NOT NULL,
    event_id TEXT NOT NULL, actor_id TEXT, request_id TEXT, trace_parent TEXT,
    created_at BIGINT NOT NULL, published_at BIGINT);
  CREATE INDEX outbox_pending ON outbox (partition, id) WHERE published_at IS NULL;
  CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
  CREATE TABLE outbox_lease (partition INTEGER PRIMARY KEY, owner TEXT NOT NULL, expires_at BIGINT NOT NULL);)";
constexpr database::Migration migrations[] = {
    {.number = 1, .name = "create_tables", .sqlite = tables, .postgresql = tables}};

constexpr Statement insert_event{R"(
  INSERT INTO outbox (partition, key, version, event_id, created_at) VALUES ($1, $2, $3, $4, 1))"};
constexpr Statement select_pending{R"(
  SELECT id, key, event_id FROM outbox WHERE partition = $1 AND published_at IS NULL ORDER BY id LIMIT $2)"};
constexpr Statement count_rows{"SELECT count(*) FROM outbox"};
constexpr Statement count_unpublished{"SELECT count(*) FROM outbox WHERE published_at IS NULL"};
constexpr Statement count_leases{"SELECT count(*) FROM outbox_lease WHERE owner <> ''"};

core::Result<Record> encode(const database::Row& row) {
  if (row.text(2).starts_with("unfit")) return core::fail(core::Errc::internal, "no such history row");
  if (row.text(2).starts_with("throws")) throw std::runtime_error("a defect");
  return Record{.key = row.text(1), .value = row.text(2), .headers = {{"ce-id", row.text(2)}}};
}

OutboxSource source(const std::string& service = "patient-service") {
  return {.service = service, .topic = "patient", .pending = select_pending, .encode = encode};
}

/// Without polling, the relay publishes only at its start, at its end and when it is woken.
constexpr OutboxSettings no_polling{.poll = std::chrono::hours(1)};
constexpr OutboxSettings polling{.poll = 5ms};

std::unique_ptr<database::Database> open_database(const std::filesystem::path& folder) {
  database::Options options;
  options.service = "test";
  auto opened = database::sqlite::open(folder / "patient.db", options).value();
  if (auto migrated = opened->migrate(migrations); !migrated) throw std::runtime_error(migrated.error().message);
  return opened;
}

/// Adds events whose ids are the key and a number: ana-0, ana-1, ….
database::Batch events(const std::string& key, int first, int count) {
  database::Batch batch;
  for (int version = first; version < first + count; ++version) {
    batch.add(insert_event, Params{std::int64_t{outbox_partition(key)}, key, std::int64_t{version},
                                   key + "-" + std::to_string(version)});
  }
  return batch;
}

std::vector<std::string> event_ids(const std::string& key, int count) {
  std::vector<std::string> ids;
  for (int version = 0; version < count; ++version) ids.push_back(key + "-" + std::to_string(version));
  return ids;
}

bool marks(const database::Batch& batch) {
  return batch.steps().front().statement.sqlite.starts_with("UPDATE outbox SET published_at");
}

class OutboxTest : public testing::Test {
 protected:
  void SetUp() override { ASSERT_TRUE(loop_.run(log_.ensure_topic("patient", TopicSettings()))); }
  void TearDown() override {
    halt(loop_);
    halt(other_loop_);
  }

  std::unique_ptr<OutboxRelay> relay(OutboxSettings settings = no_polling) {
    auto made = std::make_unique<OutboxRelay>(loop_.context(), database_, log_, source(), settings, clock_);
    made->start();
    return made;
  }
  void stop(OutboxRelay& relay, Deadline deadline = Deadline::after(10s)) { loop_.run(relay.stop(deadline)); }
  void add(const std::string& key, int first, int count) {
    ASSERT_TRUE(loop_.run(real_database_->commit(events(key, first, count), Deadline::after(10s))));
  }
  void add_one(const std::string& key, std::string event_id) {
    database::Batch batch;
    batch.add(insert_event, Params{std::int64_t{outbox_partition(key)}, key, std::int64_t{1}, std::move(event_id)});
    ASSERT_TRUE(loop_.run(real_database_->commit(std::move(batch), Deadline::after(10s))));
  }
  std::int64_t number(const Statement& statement) { return number(statement, loop_); }
  /// Runs the query on another loop, for when a gate blocks the loop of the relay.
  std::int64_t number(const Statement& statement, testkit::TestLoop& loop) {
    return loop.run(real_database_->query(statement, Params(), Deadline::after(10s))).value().front().integer(0);
  }
  bool all_published() {
    return progress_.until([&] { return number(count_unpublished) == 0; });
  }
  std::vector<std::string> published(const std::string& key) {
    std::vector<std::string> ids;
    for (const StoredRecord& stored : everything()) {
      EXPECT_EQ(stored.header("ce-id"), stored.record.value);
      if (stored.record.key == key) ids.push_back(stored.record.value);
    }
    return ids;
  }
  std::vector<StoredRecord> everything() {
    std::vector<StoredRecord> there;
    for (std::int32_t partition = 0; partition < 12; ++partition) {
      auto read = loop_.run(real_log_->read("patient", partition, 0, 100'000)).value();
      std::ranges::move(read, std::back_inserter(there));
    }
    return there;
  }

  testkit::TestLoop loop_;  // first: engines post to it until they are destroyed
  testkit::TestLoop other_loop_;
  testkit::TemporaryFolder folder_;
  testkit::FakeClock clock_;
  Progress progress_;
  std::unique_ptr<EventLog> real_log_ = embedded::open((folder_ / "events.db").string()).value();
  std::unique_ptr<database::Database> real_database_ = open_database(folder_.path());
  FaultyLog log_{*real_log_, progress_};
  FaultyDatabase database_{*real_database_, progress_};
};

TEST_F(OutboxTest, PublishesWhatWasCommittedBeforeItsStartInOrderPerKey) {
  for (int version = 0; version < 1'200; version += 100) {
    add("ana", version, 100);
    add("bo", version, 100);
  }
  auto relay = this->relay();
  ASSERT_TRUE(all_published());
  stop(*relay);
  EXPECT_EQ(published("ana"), event_ids("ana", 1'200));
  EXPECT_EQ(published("bo"), event_ids("bo", 1'200));
}

TEST_F(OutboxTest, PublishesAtOnceWhenItIsWoken) {
  auto relay = this->relay();
  for (int version = 0; version < 20; ++version) {
    add("ana", version, 1);
    relay->wake();
    ASSERT_TRUE(all_published());
  }
  stop(*relay);
  EXPECT_EQ(published("ana"), event_ids("ana", 20));
}

TEST_F(OutboxTest, FindsRowsThatNobodyToldItOf) {
  auto relay = this->relay(polling);
  add("ana", 0, 3);
  ASSERT_TRUE(all_published());
  stop(*relay);
  EXPECT_EQ(published("ana"), event_ids("ana", 3));
}

TEST_F(OutboxTest, PublishesABurstOfManyKeysInOneCall) {
  for (int key = 0; key < 100; ++key) add("key" + std::to_string(key), 0, 1);
  auto relay = this->relay();
  ASSERT_TRUE(all_published());
  stop(*relay);
  EXPECT_EQ(log_.publishes, 1);
  EXPECT_THAT(everything(), SizeIs(100));
}

TEST_F(OutboxTest, GathersWhatComesBehindAnEventForOneCall) {
  auto relay = this->relay({.poll = std::chrono::hours(1), .linger = std::chrono::hours(1)});
  add("ana", 0, 1);
  relay->wake();
  ASSERT_TRUE(all_published());
  for (int version = 1; version < 20; ++version) {
    add("ana", version, 1);
    relay->wake();
  }
  EXPECT_EQ(log_.publishes, 1);
  stop(*relay);
  EXPECT_EQ(log_.publishes, 2);
  EXPECT_EQ(published("ana"), event_ids("ana", 20));
}

TEST_F(OutboxTest, RepeatsEventsWithTheirIdsWhenTheMarkIsLost) {
  std::atomic<int> marks_to_lose = 2;
  database_.refuses = [&](const database::Batch& batch) { return marks(batch) && marks_to_lose-- > 0; };
  add("ana", 0, 3);
  auto relay = this->relay(polling);
  ASSERT_TRUE(all_published());
  stop(*relay);
  EXPECT_THAT(published("ana"),
              ElementsAre("ana-0", "ana-1", "ana-2", "ana-0", "ana-1", "ana-2", "ana-0", "ana-1", "ana-2"));
}

TEST_F(OutboxTest, KeepsEventsWhileTheLogIsAway) {
  log_.away = true;
  auto relay = this->relay();
  add("ana", 0, 3);
  relay->wake();
  ASSERT_TRUE(progress_.until([&] { return log_.failures >= 2; }));
  EXPECT_EQ(number(count_unpublished), 3);
  add("ana", 3, 3);
  log_.away = false;
  ASSERT_TRUE(all_published());
  stop(*relay);
  EXPECT_EQ(published("ana"), event_ids("ana", 6));
}

TEST_F(OutboxTest, GoesOnWhenTheDatabaseIsBack) {
  database_.away = true;
  auto relay = this->relay(polling);
  add("ana", 0, 3);
  database_.away = false;
  ASSERT_TRUE(all_published());
  stop(*relay);
  EXPECT_EQ(published("ana"), event_ids("ana", 3));
}

TEST_F(OutboxTest, LeavesAPartitionToTheRelayThatHasItsLease) {
  std::string neighbour = "bo";
  while (outbox_partition(neighbour) == outbox_partition("ana")) neighbour += 'o';
  FaultyDatabase other_database(*real_database_, progress_);
  OutboxRelay other(other_loop_.context(), other_database, *real_log_, source("other"), polling, clock_);
  add("ana", 0, 3);
  log_.publish_gate.shut();
  auto relay = this->relay();
  ASSERT_TRUE(log_.publish_gate.wait_for_somebody());  // it has the lease, and is about to publish

  other.start();
  ASSERT_TRUE(progress_.until([&] { return other_database.queries >= 3; }));
  ASSERT_TRUE(other_loop_.run(real_database_->commit(events(neighbour, 0, 3), Deadline::after(10s))));
  ASSERT_TRUE(progress_.until([&] { return number(count_unpublished, other_loop_) == 3; }));
  log_.publish_gate.open();
  ASSERT_TRUE(all_published());
  other_loop_.run(other.stop(Deadline::after(10s)));
  stop(*relay);
  EXPECT_EQ(published("ana"), event_ids("ana", 3));
  EXPECT_EQ(published(neighbour), event_ids(neighbour, 3));
}

TEST_F(OutboxTest, TakesOverWhenTheLeaseOfAStuckRelayHasEnded) {
  FaultyDatabase other_database(*real_database_, progress_);
  OutboxRelay other(other_loop_.context(), other_database, *real_log_, source("other"), polling, clock_);
  add("ana", 0, 3);
  log_.publish_gate.shut();
  auto stuck = relay();
  ASSERT_TRUE(log_.publish_gate.wait_for_somebody());
  clock_.advance(4s);
  other.start();
  EXPECT_TRUE(progress_.until([&] { return number(count_unpublished, other_loop_) == 0; }));
  log_.publish_gate.open();
  stop(*stuck);
  other_loop_.run(other.stop(Deadline::after(10s)));
  EXPECT_THAT(published("ana"), ElementsAre("ana-0", "ana-1", "ana-2", "ana-0", "ana-1", "ana-2"));
}

TEST_F(OutboxTest, GivesItsLeasesBackWhenItStops) {
  add("ana", 0, 1);
  auto first = relay();
  ASSERT_TRUE(all_published());
  EXPECT_EQ(number(count_leases), 1);
  stop(*first);
  EXPECT_EQ(number(count_leases), 0);
  add("ana", 1, 1);
  auto second = relay();  // the clock stands still, so it cannot wait for the end of a lease
  ASSERT_TRUE(all_published());
  stop(*second);
}

TEST_F(OutboxTest, PublishesWhatIsPendingWhenItStops) {
  auto relay = this->relay();
  ASSERT_TRUE(progress_.until([&] { return database_.queries >= 1; }));
  add("ana", 0, 1'200);
  stop(*relay);
  EXPECT_EQ(number(count_unpublished), 0);
  EXPECT_EQ(published("ana"), event_ids("ana", 1'200));
}

TEST_F(OutboxTest, StopsAtTheDeadlineWhenTheLogIsAway) {
  log_.away = true;
  add("ana", 0, 1);
  auto relay = this->relay();
  ASSERT_TRUE(progress_.until([&] { return log_.failures >= 1; }));
  const auto before = std::chrono::steady_clock::now();
  stop(*relay, Deadline::after(50ms));
  EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
  EXPECT_EQ(number(count_unpublished), 1);
  log_.away = false;
  stop(*relay);  // everything that was running has ended
}

TEST_F(OutboxTest, StopsTwiceOrWithoutAStart) {
  auto relay = this->relay();
  stop(*relay);
  stop(*relay);
  OutboxRelay never_started(loop_.context(), database_, log_, source());
  stop(never_started);
}

TEST_F(OutboxTest, HoldsBackOnlyTheKeyWhoseEventDoesNotEncode) {
  std::string neighbour = "bo";
  while (outbox_partition(neighbour) != outbox_partition("ana")) neighbour += 'o';
  for (const char* defect : {"unfit", "throws"}) {
    add_one("ana", defect);
    add_one("ana", "behind");
    add(neighbour, 0, 2);
    auto relay = this->relay();
    ASSERT_TRUE(progress_.until([&] { return published(neighbour).size() == 2; }));
    stop(*relay);
    EXPECT_THAT(published("ana"), IsEmpty());
    EXPECT_EQ(number(count_unpublished), 2);
    database::Batch clear;
    constexpr static Statement delete_all{"DELETE FROM outbox"};
    clear.add(delete_all);
    ASSERT_TRUE(loop_.run(real_database_->commit(std::move(clear), Deadline::after(10s))));
    neighbour += 'o';
    while (outbox_partition(neighbour) != outbox_partition("ana")) neighbour += 'o';
  }
}

TEST_F(OutboxTest, DeletesRowsThatWerePublishedBeforeATime) {
  add("ana", 0, 1'500);
  auto relay = this->relay();
  ASSERT_TRUE(all_published());
  clock_.advance(24h);
  add("bo", 0, 1);
  relay->wake();
  ASSERT_TRUE(all_published());
  stop(*relay);
  ASSERT_TRUE(loop_.run(delete_published(database_, clock_.now() - 24h)));
  EXPECT_EQ(number(count_rows), 1'501);
  ASSERT_TRUE(loop_.run(delete_published(database_, clock_.now() - 24h + 1s)));
  EXPECT_EQ(number(count_rows), 1);
}

TEST_F(OutboxTest, KeepsRowsThatAreNotPublishedHoweverOldTheyAre) {
  log_.away = true;
  add("ana", 0, 1);
  auto relay = this->relay(polling);
  ASSERT_TRUE(progress_.until([&] { return log_.failures >= 1; }));
  clock_.advance(24h * 30);
  ASSERT_TRUE(loop_.run(delete_published(database_, clock_.now())));
  EXPECT_EQ(number(count_unpublished), 1);
  log_.away = false;
  ASSERT_TRUE(all_published());
  stop(*relay);
  EXPECT_EQ(published("ana"), event_ids("ana", 1));
}

TEST_F(OutboxTest, CountsWhatItPublishesAndWhatWaits) {
  auto& pending = telemetry::gauge("outbox_pending_events", "", {{"service", "counted"}});
  auto& count = telemetry::counter("outbox_published_events_total", "", {{"service", "counted"}});
  const double before = count.Value();
  OutboxRelay relay(loop_.context(), database_, log_, source("counted"), no_polling, clock_);
  add_one("ana", "unfit");
  add("bo", 0, 3);
  relay.start();
  ASSERT_TRUE(progress_.until([&] { return pending.Value() == 1; }));
  stop(relay);
  EXPECT_EQ(count.Value() - before, 3);
}

TEST_F(OutboxTest, CountsWhatWaitsWhileTheLogIsAway) {
  const telemetry::Labels labels{{"service", "counted while away"}};
  auto& pending = telemetry::gauge("outbox_pending_events", "", labels);
  auto& age = telemetry::gauge("outbox_oldest_pending_event_age_seconds", "", labels);
  log_.away = true;
  OutboxRelay relay(loop_.context(), database_, log_, source("counted while away"), no_polling, clock_);
  add("bo", 0, 3);
  relay.start();
  EXPECT_TRUE(progress_.until([&] { return pending.Value() == 3; }));
  clock_.advance(90s);
  telemetry::metrics_text();
  EXPECT_GE(age.Value(), 90);
  log_.away = false;
  stop(relay);
}

/// Runs in the child process, which dies after the log's acknowledgement and before the rows are
/// marked.
[[noreturn]] void relay_until_killed(const std::filesystem::path& folder) {
  testkit::TestLoop loop;
  Progress progress;
  auto log = embedded::open((folder / "events.db").string()).value();
  auto real = open_database(folder);
  FaultyDatabase database(*real, progress);
  database.refuses = [](const database::Batch& batch) {
    if (marks(batch)) kill(getpid(), SIGKILL);
    return false;
  };
  OutboxSettings settings = no_polling;
  settings.lease = 1s;
  OutboxRelay relay(loop.context(), database, *log, source(), settings);
  relay.start();
  for (;;) pause();
}

// This test does not use the fixture, because a process forks safely only before it has threads.
TEST(OutboxProcess, RepeatsEventsWithTheirIdsWhenItIsKilledBetweenAcknowledgementAndMark) {
  testkit::TemporaryFolder folder;
  {
    testkit::TestLoop loop;
    auto log = embedded::open((folder / "events.db").string()).value();
    ASSERT_TRUE(loop.run(log->ensure_topic("patient", TopicSettings())));
    auto database = open_database(folder.path());
    ASSERT_TRUE(loop.run(database->commit(events("ana", 0, 3), Deadline::after(10s))));
  }
  const pid_t child = fork();
  if (child == 0) relay_until_killed(folder.path());
  int status = 0;
  waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));

  testkit::TestLoop loop;
  Progress progress;
  auto log = embedded::open((folder / "events.db").string()).value();
  auto real = open_database(folder.path());
  FaultyDatabase database(*real, progress);
  OutboxRelay relay(loop.context(), database, *log, source(), polling);
  relay.start();
  EXPECT_TRUE(progress.until([&] {
    return loop.run(real->query(count_unpublished, Params(), Deadline::after(10s))).value().front().integer(0) == 0;
  }));
  loop.run(relay.stop(Deadline::after(10s)));
  const auto stored = loop.run(log->read("patient", outbox_partition("ana"), 0, 100)).value();
  EXPECT_THAT(values(stored), ElementsAre("ana-0", "ana-1", "ana-2", "ana-0", "ana-1", "ana-2"));
}

}  // namespace
}  // namespace pms::messaging
