// Tests how groups read the log: independently of each other, from their position, with one reading
// member at a time.
#include <boost/asio/post.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <gmock/gmock.h>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "conformance.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "messaging/partition.hpp"

namespace pms::messaging {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

TEST_P(EventLogConformance, GivesAGroupEveryRecordInOrderPerKey) {
  publish(records("ana", 30));
  publish(records("bo", 30));
  auto member = join("billing-service");
  std::map<std::string, std::vector<std::string>> by_key;
  for (const StoredRecord& stored : take(*member, 60)) {
    EXPECT_EQ(stored.topic, "patient");
    by_key[stored.record.key].push_back(stored.record.value);
  }
  ASSERT_THAT(by_key["ana"], SizeIs(30));
  ASSERT_THAT(by_key["bo"], SizeIs(30));
  for (int i = 0; i < 30; ++i) {
    EXPECT_EQ(by_key["ana"][static_cast<std::size_t>(i)], "ana" + std::to_string(i));
    EXPECT_EQ(by_key["bo"][static_cast<std::size_t>(i)], "bo" + std::to_string(i));
  }
  close(*member);
}

TEST_P(EventLogConformance, GivesNoMoreRecordsThanAskedFor) {
  std::vector<Record> many;
  for (int key = 0; key < 100; ++key) many.push_back(record(std::to_string(key), ""));
  publish(std::move(many));
  auto member = join("billing-service");
  std::size_t seen = 0;
  while (seen < 100) {
    const auto polled = loop().run(member->poll(3, Deadline::after(10s))).value();
    ASSERT_FALSE(polled.empty());
    EXPECT_LE(polled.size(), 3u);
    resume_behind(*member, polled);
    seen += polled.size();
  }
  EXPECT_EQ(seen, 100u);
  close(*member);
}

TEST_P(EventLogConformance, GivesTwoGroupsTheSameRecords) {
  publish(records("ana", 5));
  auto billing = join("billing-service");
  auto analytics = join("analytics-service");
  EXPECT_EQ(values(take(*billing, 5)), values(all()));
  EXPECT_EQ(values(take(*analytics, 5)), values(all()));
  close(*billing);
  close(*analytics);
}

TEST_P(EventLogConformance, StartsWhereThePositionSays) {
  publish(records("ana", 5));
  const auto there = all();
  auto member = join("billing-service", starts_at({{there[0].partition, there[3].offset}}));
  EXPECT_THAT(values(take(*member, 2)), ElementsAre("ana3", "ana4"));
  close(*member);
}

core::Task<core::Result<std::int64_t>> fails_once(std::shared_ptr<bool> failed) {
  if (!std::exchange(*failed, true)) co_return core::fail(core::Errc::unavailable, "the database is away");
  co_return 0;
}

TEST_P(EventLogConformance, TriesAgainWhenThePositionIsNotToBeHad) {
  publish(records("ana", 2));
  auto failed = std::make_shared<bool>(false);
  auto member = join("billing-service", [failed](std::int32_t) { return fails_once(failed); });
  const auto polled = loop().run(member->poll(10, Deadline::after(10s)));
  ASSERT_FALSE(polled);
  EXPECT_EQ(polled.error().code, core::Errc::unavailable);
  EXPECT_THAT(values(take(*member, 2)), ElementsAre("ana0", "ana1"));
  close(*member);
}

TEST_P(EventLogConformance, StartsAnewWhenThePositionIsBeyondALogThatLostItsRecords) {
  publish(records("ana", 2));
  auto member = join("billing-service", starts_at({{all().front().partition, 1'000}}));
  EXPECT_THAT(values(take(*member, 2)), ElementsAre("ana0", "ana1"));
  close(*member);
}

TEST_P(EventLogConformance, ReadsAPartitionFromWhereItWasResumed) {
  publish(records("ana", 5));
  auto member = join("billing-service");
  const auto first = take(*member, 5);
  ASSERT_THAT(first, SizeIs(5));
  member->resume(first[0].partition, first[3].offset);
  EXPECT_THAT(values(take(*member, 2)), ElementsAre("ana3", "ana4"));
  close(*member);
}

TEST_P(EventLogConformance, LeavesOutAPartitionInHand) {
  std::string neighbour = "bo";
  while (partition_of(neighbour, 12) == partition_of("ana", 12)) neighbour += 'o';
  publish(records("ana", 2));
  auto member = join("billing-service");
  const auto in_hand = loop().run(member->poll(1, Deadline::after(10s))).value();
  ASSERT_THAT(values(in_hand), ElementsAre("ana0"));
  publish({record(neighbour, "1")});
  EXPECT_THAT(values(take(*member, 1)), ElementsAre("1"));
  EXPECT_THAT(loop().run(member->poll(10, Deadline::after(0ms))).value(), IsEmpty());

  auto waiting = loop().start(member->poll(10, Deadline::after(10s)));
  boost::asio::post(loop().context(), [&] { resume_behind(*member, in_hand); });
  EXPECT_THAT(values(waiting.get().value()), ElementsAre("ana1"));
  close(*member);
}

TEST_P(EventLogConformance, ReturnsNothingAtTheDeadline) {
  auto member = join("billing-service");
  EXPECT_THAT(loop().run(member->poll(10, Deadline::after(20ms))).value(), IsEmpty());
  close(*member);
}

TEST_P(EventLogConformance, WakesAWaitingReader) {
  auto member = join("billing-service");
  auto waiting = loop().start(member->poll(10, Deadline::after(10s)));
  publish(records("ana", 2));
  EXPECT_THAT(values(waiting.get().value()), ElementsAre("ana0", "ana1"));
  close(*member);
}

TEST_P(EventLogConformance, WakesAReaderForARecordOfAnotherProcess) {
  auto other = open_again();
  auto member = join("billing-service");
  auto waiting = loop().start(member->poll(10, Deadline::after(10s)));
  publish(*other, records("ana", 2));
  EXPECT_THAT(values(waiting.get().value()), ElementsAre("ana0", "ana1"));
  close(*member);
}

TEST_P(EventLogConformance, WaitsForATopicThatIsMadeLater) {
  auto member = log().subscribe("billing-service", "later", starts_at());
  auto waiting = loop().start(member->poll(10, Deadline::after(10s)));
  ASSERT_TRUE(loop().run(log().ensure_topic("later", TopicSettings())));
  publish(records("ana", 1), "later");
  EXPECT_THAT(values(waiting.get().value()), ElementsAre("ana0"));
  close(*member);
}

TEST_P(EventLogConformance, ReturnsNothingFromAPollThatIsClosed) {
  auto member = join("billing-service");
  auto waiting = loop().start(member->poll(10, Deadline::after(10s)));
  const auto before = std::chrono::steady_clock::now();
  close(*member);
  EXPECT_THAT(waiting.get().value(), IsEmpty());
  EXPECT_LT(std::chrono::steady_clock::now() - before, 5s);
  EXPECT_THAT(member->owned(), IsEmpty());
}

TEST_P(EventLogConformance, ReturnsNothingAfterItIsClosed) {
  publish(records("ana", 1));
  auto member = join("billing-service");
  close(*member);
  EXPECT_THAT(loop().run(member->poll(10, Deadline::after(10s))).value(), IsEmpty());
}

TEST_P(EventLogConformance, GivesEachPartitionOneOwnerAndHandsItOverWhenTheOwnerLeaves) {
  publish(records("ana", 1));
  auto other_process = open_again();
  auto first = join("billing-service");
  ASSERT_THAT(take(*first, 1), SizeIs(1));
  EXPECT_THAT(first->owned(), SizeIs(12));

  auto second = other_process->subscribe("billing-service", "patient", starts_at());
  auto waiting = loop().start(second->poll(10, Deadline::after(10s)));
  ASSERT_NE(waiting.wait_for(0s), std::future_status::ready);
  close(*first);
  EXPECT_THAT(values(waiting.get().value()), ElementsAre("ana0"));
  EXPECT_THAT(second->owned(), SizeIs(12));
  close(*second);
}

}  // namespace
}  // namespace pms::messaging
