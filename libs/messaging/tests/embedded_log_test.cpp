// Tests the properties that only the embedded engine has: its lease, its wake-ups, its retention,
// its file.
#include "messaging/embedded/embedded_log.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <gmock/gmock.h>
#include <memory>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#include <vector>

#include "conformance.hpp"
#include "core/result.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "telemetry/metrics.hpp"
#include "testkit/fake_clock.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::messaging {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr std::chrono::hours never{1};  // longer than a test takes

class EmbeddedLog : public testing::Test {
 protected:
  std::unique_ptr<EventLog> open(const embedded::Options& options) {
    auto log = embedded::open(file_.string(), options).value();
    EXPECT_TRUE(loop_.run(log->ensure_topic("patient", TopicSettings())));
    return log;
  }
  void publish(EventLog& log, std::vector<Record> records) {
    ASSERT_TRUE(loop_.run(log.publish("patient", std::move(records), Deadline::after(10s))));
  }
  /// Polls once, and resumes after the records.
  std::vector<std::string> poll(Subscription& member, std::chrono::milliseconds span = 10s) {
    const auto polled = loop_.run(member.poll(500, Deadline::after(span))).value();
    resume_behind(member, polled);
    return values(polled);
  }
  void delete_expired(EventLog& log) { ASSERT_TRUE(loop_.run(log.delete_expired())); }
  /// Lets a group read everything that the log contains.
  void read_all(EventLog& log, const std::string& group) {
    auto member = log.subscribe(group, "patient", starts_at());
    while (!poll(*member, 0ms).empty()) continue;
    loop_.run(member->close());
  }
  std::vector<std::string> all(EventLog& log) {
    std::vector<std::string> there;
    for (std::int32_t partition = 0; partition < 12; ++partition) {
      const auto records = loop_.run(log.read("patient", partition, 0, 10'000)).value();
      std::ranges::move(values(records), std::back_inserter(there));
    }
    return there;
  }

  testkit::TestLoop loop_;
  testkit::TemporaryFolder folder_;
  std::filesystem::path file_ = folder_ / "events.db";
  testkit::FakeClock clock_;
};

TEST_F(EmbeddedLog, GivesWhatIsThereOfAllPartitionsInOnePoll) {
  auto log = open({.look = never});
  std::vector<Record> many;
  for (int key = 0; key < 100; ++key) many.push_back(record(std::to_string(key), std::to_string(key)));
  publish(*log, std::move(many));
  auto member = log->subscribe("billing-service", "patient", starts_at());
  EXPECT_THAT(poll(*member), testing::UnorderedElementsAreArray(all(*log)));
  loop_.run(member->close());
}

TEST_F(EmbeddedLog, WakesReadersOfTheSameObjectWithoutLooking) {
  auto log = open({.look = never});
  auto member = log->subscribe("billing-service", "patient", starts_at());
  ASSERT_THAT(poll(*member, 0ms), IsEmpty());  // takes the lease: the next poll waits for the publisher
  auto waiting = loop_.start(member->poll(10, Deadline::after(60s)));
  publish(*log, records("ana", 1));
  ASSERT_EQ(waiting.wait_for(10s), std::future_status::ready);
  EXPECT_THAT(values(waiting.get().value()), ElementsAre("ana0"));
  loop_.run(member->close());
}

TEST_F(EmbeddedLog, HandsOverBetweenMembersOfOneObjectWithoutLooking) {
  auto log = open({.lease = never, .look = never});
  publish(*log, records("ana", 1));
  auto first = log->subscribe("billing-service", "patient", starts_at());
  ASSERT_THAT(poll(*first), ElementsAre("ana0"));
  auto second = log->subscribe("billing-service", "patient", starts_at());
  ASSERT_THAT(poll(*second, 0ms), IsEmpty());
  auto waiting = loop_.start(second->poll(10, Deadline::after(60s)));
  loop_.run(first->close());
  ASSERT_EQ(waiting.wait_for(10s), std::future_status::ready);
  EXPECT_THAT(values(waiting.get().value()), ElementsAre("ana0"));
  loop_.run(second->close());
}

TEST_F(EmbeddedLog, HandsOverBetweenProcessesAtOnceAndNotAtTheEndOfTheLease) {
  auto log = open({.lease = never});
  auto other = open({.lease = never});
  publish(*log, records("ana", 1));
  auto first = log->subscribe("billing-service", "patient", starts_at());
  ASSERT_THAT(poll(*first), ElementsAre("ana0"));
  auto second = other->subscribe("billing-service", "patient", starts_at());
  ASSERT_THAT(poll(*second, 0ms), IsEmpty());
  auto waiting = loop_.start(second->poll(10, Deadline::after(60s)));
  loop_.run(first->close());
  ASSERT_EQ(waiting.wait_for(10s), std::future_status::ready);
  EXPECT_THAT(values(waiting.get().value()), ElementsAre("ana0"));
  loop_.run(second->close());
}

TEST_F(EmbeddedLog, LetsAnotherMemberTakeOverWhenTheOwnerHasStoppedPolling) {
  auto log = open({.clock = clock_, .lease = 3s});
  publish(*log, records("ana", 1));
  auto first = log->subscribe("billing-service", "patient", starts_at());
  auto second = log->subscribe("billing-service", "patient", starts_at());
  ASSERT_THAT(poll(*first), ElementsAre("ana0"));
  clock_.advance(2900ms);
  EXPECT_THAT(poll(*second, 0ms), IsEmpty());
  EXPECT_THAT(second->owned(), IsEmpty());
  clock_.advance(100ms);
  EXPECT_THAT(poll(*second), ElementsAre("ana0"));
  EXPECT_THAT(poll(*first, 0ms), IsEmpty());
  EXPECT_THAT(first->owned(), IsEmpty());
  loop_.run(first->close());
  loop_.run(second->close());
}

TEST_F(EmbeddedLog, KeepsTheLeaseWhileItPolls) {
  auto log = open({.clock = clock_, .lease = 3s});
  auto first = log->subscribe("billing-service", "patient", starts_at());
  auto second = log->subscribe("billing-service", "patient", starts_at());
  for (int i = 0; i < 10; ++i) {
    poll(*first, 0ms);
    poll(*second, 0ms);
    EXPECT_THAT(first->owned(), SizeIs(12));
    EXPECT_THAT(second->owned(), IsEmpty());
    clock_.advance(2s);
  }
  loop_.run(first->close());
  loop_.run(second->close());
}

TEST_F(EmbeddedLog, ReadsPositionsAnewAfterItsLeaseHadEnded) {
  auto log = open({.clock = clock_, .lease = 3s});
  publish(*log, records("ana", 1));
  auto member = log->subscribe("billing-service", "patient", starts_at());
  ASSERT_THAT(poll(*member), ElementsAre("ana0"));
  EXPECT_THAT(poll(*member, 0ms), IsEmpty());
  clock_.advance(10s);
  EXPECT_THAT(poll(*member), ElementsAre("ana0"));
  loop_.run(member->close());
}

TEST_F(EmbeddedLog, IsNotStuckWhenTheClockIsSetBack) {
  auto log = open({.clock = clock_, .lease = 3s});
  publish(*log, records("ana", 1));
  auto vanished = log->subscribe("billing-service", "patient", starts_at());
  ASSERT_THAT(poll(*vanished), ElementsAre("ana0"));
  clock_.set(clock_.now() - 1h);
  auto second = log->subscribe("billing-service", "patient", starts_at());
  EXPECT_THAT(poll(*second), ElementsAre("ana0"));
  loop_.run(second->close());
}

TEST_F(EmbeddedLog, DeletesRecordsPastTheirRetention) {
  auto log = open({.clock = clock_});
  publish(*log, records("ana", 1'500));
  publish(*log, records("bo", 3));
  clock_.advance(24h * 7 - 1min);
  publish(*log, records("chloe", 1));
  delete_expired(*log);
  EXPECT_THAT(all(*log), SizeIs(1'504));
  clock_.advance(2min);
  delete_expired(*log);
  EXPECT_THAT(all(*log), ElementsAre("chloe0"));
}

TEST_F(EmbeddedLog, DeletesByTheRetentionThatWasSetLast) {
  auto log = open({.clock = clock_});
  publish(*log, records("ana", 1));
  ASSERT_TRUE(loop_.run(log->ensure_topic("patient", {.retention = 24h * 90})));
  clock_.advance(24h * 89);
  delete_expired(*log);
  EXPECT_THAT(all(*log), SizeIs(1));
  ASSERT_TRUE(loop_.run(log->ensure_topic("patient", {.retention = 24h * 88})));
  delete_expired(*log);
  EXPECT_THAT(all(*log), IsEmpty());
}

TEST_F(EmbeddedLog, KeepsWhatAKnownGroupHasNotRead) {
  auto log = open({.clock = clock_});
  publish(*log, records("ana", 3));
  read_all(*log, "billing-service");
  read_all(*log, "analytics-service");
  publish(*log, records("bo", 3));
  read_all(*log, "analytics-service");
  clock_.advance(24h * 29);
  delete_expired(*log);
  EXPECT_THAT(all(*log), ElementsAre("bo0", "bo1", "bo2"));

  read_all(*log, "billing-service");
  delete_expired(*log);
  EXPECT_THAT(all(*log), IsEmpty());
}

TEST_F(EmbeddedLog, KnowsAGroupFromItsFirstPoll) {
  auto log = open({.clock = clock_});
  auto member = log->subscribe("billing-service", "patient", starts_at());
  ASSERT_THAT(poll(*member, 0ms), IsEmpty());
  publish(*log, records("ana", 3));
  clock_.advance(24h * 8);
  delete_expired(*log);
  EXPECT_THAT(poll(*member), SizeIs(3));
  loop_.run(member->close());
}

TEST_F(EmbeddedLog, KeepsRecordsInHandUntilTheyAreApplied) {
  auto log = open({.clock = clock_, .lease = never});
  publish(*log, records("ana", 3));
  auto member = log->subscribe("billing-service", "patient", starts_at());
  const auto in_hand = loop_.run(member->poll(500, Deadline::after(10s))).value();
  ASSERT_THAT(in_hand, SizeIs(3));
  clock_.advance(24h * 8);
  ASSERT_THAT(poll(*member, 0ms), IsEmpty());
  delete_expired(*log);
  EXPECT_THAT(all(*log), SizeIs(3));

  resume_behind(*member, in_hand);
  clock_.advance(11s);  // changed positions are stored every ten seconds
  ASSERT_THAT(poll(*member, 0ms), IsEmpty());
  delete_expired(*log);
  EXPECT_THAT(all(*log), IsEmpty());
  loop_.run(member->close());
}

TEST_F(EmbeddedLog, KeepsNothingForAGroupThatHasBeenAbsentForThirtyDays) {
  auto log = open({.clock = clock_});
  read_all(*log, "billing-service");
  publish(*log, records("ana", 3));
  clock_.advance(24h * 31);
  delete_expired(*log);
  EXPECT_THAT(all(*log), IsEmpty());
}

TEST_F(EmbeddedLog, DoesNotForgetAGroupThatHasNothingToRead) {
  auto log = open({.clock = clock_});
  auto member = log->subscribe("billing-service", "patient", starts_at());
  for (int day = 0; day < 29; ++day) {
    ASSERT_THAT(poll(*member, 0ms), IsEmpty());
    clock_.advance(24h);
  }
  loop_.run(member->close());
  publish(*log, records("ana", 3));
  clock_.advance(24h * 28);
  delete_expired(*log);
  EXPECT_THAT(all(*log), SizeIs(3));
}

TEST_F(EmbeddedLog, CountsRecordsThatWereDeletedUnread) {
  auto& missed = telemetry::counter("messaging_records_missed_total", "", {{"group", "late"}, {"topic", "patient"}});
  const double before = missed.Value();
  auto log = open({.clock = clock_});
  publish(*log, records("ana", 3));
  clock_.advance(24h * 8);
  delete_expired(*log);
  auto member = log->subscribe("late", "patient", starts_at());
  EXPECT_THAT(poll(*member, 0ms), IsEmpty());
  EXPECT_EQ(missed.Value() - before, 3);

  publish(*log, records("ana", 2));
  EXPECT_THAT(poll(*member), ElementsAre("ana0", "ana1"));
  EXPECT_EQ(missed.Value() - before, 3) << "each record is counted once";
  loop_.run(member->close());
}

TEST_F(EmbeddedLog, TellsOfAPartitionThatCanNotBeReadAlsoWhileOthersHaveRecords) {
  auto log = open({});
  publish(*log, {record("ana", "damaged"), record("bo", "fine")});
  auto database = database::sqlite::open(file_, {}).value();
  database::Batch damage;
  damage.add(database::Statement("UPDATE record SET headers = x'ff' WHERE value = CAST('damaged' AS BLOB)"));
  ASSERT_EQ(loop_.run(database->commit(std::move(damage), Deadline::after(10s))).value()[0].rows_affected, 1);
  auto member = log->subscribe("billing-service", "patient", starts_at());
  int errors = 0;
  std::vector<std::string> read;
  while (read.size() < 6) {
    const auto polled = loop_.run(member->poll(500, Deadline::after(10s)));
    errors += polled ? 0 : 1;
    if (!polled) continue;
    resume_behind(*member, *polled);
    std::ranges::move(values(*polled), std::back_inserter(read));
    publish(*log, {record("bo", "fine")});
  }
  EXPECT_GE(errors, 3);
  EXPECT_THAT(read, testing::Each("fine"));
  loop_.run(member->close());
}

TEST_F(EmbeddedLog, SaysWhichFileItCanNotOpen) {
  std::filesystem::create_directory(file_);
  const auto opened = messaging::embedded::open(file_.string());
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, core::Errc::unavailable);
  EXPECT_THAT(opened.error().message, HasSubstr(file_.string()));
}

/// Runs in the child process: owns the group until the process is killed.
[[noreturn]] void read_until_killed(const std::string& file, int ready) {
  testkit::TestLoop loop;
  auto log = embedded::open(file, {.lease = 200ms}).value();
  auto member = log->subscribe("billing-service", "patient", starts_at());
  while (loop.run(member->poll(500, Deadline::after(20ms)))) {
    if (!member->owned().empty() && write(ready, "", 1) != 1) _exit(1);
  }
  _exit(1);
}

// This test does not use the fixture, because a process forks safely only before it has threads.
TEST(EmbeddedLogOwner, IsReplacedWhenItIsKilled) {
  testkit::TemporaryFolder folder;
  const std::string file = (folder / "events.db").string();
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  {
    testkit::TestLoop loop;
    auto log = embedded::open(file).value();
    ASSERT_TRUE(loop.run(log->ensure_topic("patient", TopicSettings())));
    ASSERT_TRUE(loop.run(log->publish("patient", records("ana", 1), Deadline::after(10s))));
  }
  const pid_t child = fork();
  if (child == 0) read_until_killed(file, pipe_ends[1]);
  ::close(pipe_ends[1]);
  char owner_is_there;
  ASSERT_EQ(read(pipe_ends[0], &owner_is_there, 1), 1);
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  ::close(pipe_ends[0]);

  testkit::TestLoop loop;
  auto log = embedded::open(file, {.lease = 200ms}).value();
  auto member = log->subscribe("billing-service", "patient", starts_at());
  const auto polled = loop.run(member->poll(10, Deadline::after(10s))).value();
  EXPECT_THAT(values(polled), ElementsAre("ana0"));
  loop.run(member->close());
}

}  // namespace
}  // namespace pms::messaging
