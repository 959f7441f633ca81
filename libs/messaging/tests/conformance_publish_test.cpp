// Tests that published records can be read unchanged and in order, and stay in the log.
#include <csignal>
#include <cstddef>
#include <cstdint>
#include <future>
#include <gmock/gmock.h>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <sys/wait.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include "conformance.hpp"
#include "core/result.hpp"

namespace pms::messaging {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST_P(EventLogConformance, KeepsTheOrderOfEachKeyInOnePartition) {
  for (int number = 0; number < 20; ++number) {
    std::vector<Record> burst;
    for (const char* key : {"ana", "bo", "chloe", "dev", "eve"}) burst.push_back(record(key, std::to_string(number)));
    publish(std::move(burst));
  }
  std::map<std::string, std::vector<StoredRecord>> by_key;
  for (StoredRecord& stored : all()) by_key[stored.record.key].push_back(std::move(stored));
  ASSERT_EQ(by_key.size(), 5u);
  for (const auto& [key, stored] : by_key) {
    ASSERT_EQ(stored.size(), 20u);
    for (std::size_t i = 0; i < stored.size(); ++i) {
      EXPECT_EQ(stored[i].record.value, std::to_string(i));
      EXPECT_EQ(stored[i].partition, stored.front().partition);
      if (i > 0) {
        EXPECT_GT(stored[i].offset, stored[i - 1].offset);
      }
    }
  }
}

TEST_P(EventLogConformance, SpreadsKeysOverThePartitions) {
  std::vector<Record> many;
  for (int key = 0; key < 500; ++key) many.push_back(record("key-" + std::to_string(key), ""));
  publish(std::move(many));
  std::map<std::int32_t, int> sizes;
  for (const StoredRecord& stored : all()) ++sizes[stored.partition];
  EXPECT_EQ(sizes.size(), 12u);
}

TEST_P(EventLogConformance, TakesARecordTwiceWhenItIsPublishedTwice) {
  publish(records("ana", 1));
  publish(records("ana", 1));
  EXPECT_THAT(values(all()), ElementsAre("ana0", "ana0"));
}

TEST_P(EventLogConformance, GivesBackBinaryKeysValuesAndHeadersAsTheyWere) {
  using namespace std::string_literals;
  std::string every_byte;
  for (int byte = 0; byte < 256; ++byte) every_byte += static_cast<char>(byte);
  const Headers headers{{"ce-id", "1"}, {"empty", ""}, {"bytes", every_byte}, {"twice", "a"}, {"twice", "b"}};
  publish({{.key = "k\0\xff"s, .value = every_byte, .headers = headers}, {.key = "", .value = "", .headers = {}}});
  const auto stored = all();
  ASSERT_EQ(stored.size(), 2u);
  const StoredRecord& binary = stored[stored[0].record.key.empty() ? 1 : 0];
  const StoredRecord& empty = stored[stored[0].record.key.empty() ? 0 : 1];
  EXPECT_EQ(binary.record.key, "k\0\xff"s);
  EXPECT_EQ(binary.record.value, every_byte);
  EXPECT_EQ(binary.record.headers, headers);
  EXPECT_EQ(binary.header("twice"), "a");
  EXPECT_EQ(binary.header("absent"), std::nullopt);
  EXPECT_EQ(empty.record.value, "");
  EXPECT_THAT(empty.record.headers, IsEmpty());
}

TEST_P(EventLogConformance, TakesAValueOfManyKilobytes) {
  std::string big(900'000, '\0');
  for (std::size_t i = 0; i < big.size(); ++i) big[i] = static_cast<char>(i * 31 >> 3);
  publish({record("ana", big), record("ana", "small")});
  EXPECT_THAT(values(all()), ElementsAre(big, "small"));
}

TEST_P(EventLogConformance, StampsARecordWithTheTimeItCame) {
  const auto before = core::system_clock().now() - 1ms;
  publish(records("ana", 1));
  const auto after = core::system_clock().now() + 1ms;
  const auto stored = all();
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_GE(stored[0].timestamp, before);
  EXPECT_LE(stored[0].timestamp, after);
}

TEST_P(EventLogConformance, ReadsAPartitionInPieces) {
  publish(records("ana", 10));
  const auto there = all();
  const std::int32_t partition = there.front().partition;
  const auto read = [&](std::int64_t offset, std::size_t limit) {
    return values(loop().run(log().read("patient", partition, offset, limit)).value());
  };
  EXPECT_THAT(read(there[3].offset, 2), ElementsAre("ana3", "ana4"));
  EXPECT_THAT(read(there[9].offset, 2), ElementsAre("ana9"));
  EXPECT_THAT(read(there[9].offset + 1, 2), IsEmpty());
}

TEST_P(EventLogConformance, TakesNoRecordsAsWell) {
  publish({});
  EXPECT_THAT(all(), IsEmpty());
}

TEST_P(EventLogConformance, KnowsNoTopicThatWasNotMade) {
  const auto published = loop().run(log().publish("pateint", records("ana", 1), Deadline::after(10s)));
  ASSERT_FALSE(published);
  EXPECT_EQ(published.error().code, core::Errc::not_found);
  const auto partitions = loop().run(log().partitions("pateint"));
  ASSERT_FALSE(partitions);
  EXPECT_EQ(partitions.error().code, core::Errc::not_found);
  const auto read = loop().run(log().read("pateint", 0, 0, 1));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, core::Errc::not_found);
}

TEST_P(EventLogConformance, KnowsNoPartitionBeyondTheLast) {
  for (const std::int32_t partition : {-1, 12}) {
    const auto read = loop().run(log().read("patient", partition, 0, 1));
    ASSERT_FALSE(read);
    EXPECT_EQ(read.error().code, core::Errc::not_found);
  }
}

TEST_P(EventLogConformance, LeavesATopicAsItWasMade) {
  publish(records("ana", 3));
  TopicSettings other;
  other.partitions = 3;
  ASSERT_TRUE(loop().run(log().ensure_topic("patient", other)));
  EXPECT_EQ(loop().run(log().partitions("patient")).value(), 12);
  EXPECT_EQ(all().size(), 3u);
}

TEST_P(EventLogConformance, MakesATopicOfAnyNumberOfPartitions) {
  TopicSettings one;
  one.partitions = 1;
  ASSERT_TRUE(loop().run(log().ensure_topic("narrow", one)));
  publish({record("ana", "1"), record("bo", "2"), record("chloe", "3")}, "narrow");
  EXPECT_THAT(values(all("narrow")), ElementsAre("1", "2", "3"));
  EXPECT_THAT(all(), IsEmpty());
}

TEST_P(EventLogConformance, RefusesATopicWithoutPartitions) {
  TopicSettings none;
  none.partitions = 0;
  const auto made = loop().run(log().ensure_topic("none", none));
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, core::Errc::invalid);
}

TEST_P(EventLogConformance, TakesRecordsFromTwoProcessesAtOnce) {
  auto other = open_again();
  std::vector<std::future<core::Result<>>> publishing;
  for (int round = 0; round < 50; ++round) {
    for (EventLog* from : {&log(), other.get()}) {
      const std::string key = from == other.get() ? "other" : "ours";
      publishing.push_back(loop().start(from->publish("patient", records(key, 4), Deadline::after(10s))));
    }
  }
  for (auto& published : publishing) ASSERT_TRUE(published.get());
  std::set<std::pair<std::int32_t, std::int64_t>> places;
  for (const StoredRecord& stored : all()) places.emplace(stored.partition, stored.offset);
  EXPECT_EQ(places.size(), 400u);
}

TEST_P(EventLogConformance, IsReady) { EXPECT_TRUE(loop().run(log().ready(Deadline::after(10s)))); }

/// Runs in the child process: publishes one record after another and writes each number that the
/// log has acknowledged.
[[noreturn]] void publish_until_killed(const Place& place, int acknowledged) {
  testkit::TestLoop loop;
  auto log = place.open().value();
  if (!loop.run(log->ensure_topic("killed", TopicSettings()))) _exit(1);
  for (std::int32_t number = 0;; ++number) {
    std::vector<Record> one;
    one.push_back(record("ana", std::to_string(number)));
    if (!loop.run(log->publish("killed", std::move(one), Deadline::after(10s)))) _exit(1);
    if (write(acknowledged, &number, sizeof number) != sizeof number) _exit(1);
  }
}

// These tests do not use the fixture, because a process forks safely only before it has threads.
class EventLogDurability : public testing::TestWithParam<Engine> {};

TEST_P(EventLogDurability, KeepsWhatItAcknowledgedWhenThePublisherIsKilled) {
  const auto place = GetParam().make_place();
  int pipe_ends[2];
  ASSERT_EQ(pipe(pipe_ends), 0);
  const pid_t child = fork();
  if (child == 0) publish_until_killed(*place, pipe_ends[1]);
  ::close(pipe_ends[1]);
  std::int32_t last_acknowledged = -1;
  while (last_acknowledged < 100) {
    ASSERT_EQ(read(pipe_ends[0], &last_acknowledged, sizeof last_acknowledged), ssize_t{sizeof last_acknowledged});
  }
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  while (read(pipe_ends[0], &last_acknowledged, sizeof last_acknowledged) > 0) {
  }
  ::close(pipe_ends[0]);

  testkit::TestLoop loop;
  auto log = place->open().value();
  std::vector<std::string> there;
  for (std::int32_t partition = 0; partition < 12; ++partition) {
    auto read = loop.run(log->read("killed", partition, 0, 100'000)).value();
    for (const StoredRecord& stored : read) there.push_back(stored.record.value);
  }
  ASSERT_GT(there.size(), static_cast<std::size_t>(last_acknowledged));
  for (std::size_t i = 0; i < there.size(); ++i) EXPECT_EQ(there[i], std::to_string(i));
}

INSTANTIATE_TEST_SUITE_P(Engines, EventLogDurability, testing::Values(embedded_engine()),
                         [](const auto& engine) { return engine.param.name; });

}  // namespace
}  // namespace pms::messaging
