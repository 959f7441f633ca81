#include "messaging/wake_up.hpp"

#include <gtest/gtest.h>

#include "messaging/outbox.hpp"
#include "messaging/partition.hpp"
#include "testkit/run_task.hpp"

namespace pms::messaging {
namespace {

using namespace std::chrono_literals;

auto in(std::chrono::milliseconds span) { return std::chrono::steady_clock::now() + span; }

class WakeUpTest : public testing::Test {
 protected:
  std::shared_ptr<WakeUp> wake_up_ = std::make_shared<WakeUp>();
  testkit::TestLoop loop_;
};

TEST_F(WakeUpTest, EndsAWaitFromAnotherThread) {
  auto waiting = loop_.start(wake_up_->wait_until(in(1h)));
  wake_up_->ring();
  EXPECT_EQ(waiting.wait_for(10s), std::future_status::ready);
}

TEST_F(WakeUpTest, RemembersARingBeforeTheWait) {
  wake_up_->ring();
  auto waiting = loop_.start(wake_up_->wait_until(in(1h)));
  EXPECT_EQ(waiting.wait_for(10s), std::future_status::ready);
}

TEST_F(WakeUpTest, TakesManyRingsAsOne) {
  for (int i = 0; i < 10; ++i) wake_up_->ring();
  loop_.run(wake_up_->wait_until(in(1h)));
  const auto before = std::chrono::steady_clock::now();
  loop_.run(wake_up_->wait_until(in(20ms)));
  EXPECT_GE(std::chrono::steady_clock::now() - before, 19ms);
}

TEST_F(WakeUpTest, WaitsNoLongerThanTold) {
  auto waiting = loop_.start(wake_up_->wait_until(in(1ms)));
  EXPECT_EQ(waiting.wait_for(10s), std::future_status::ready);
}

TEST(Partition, IsFnv1aOfTheKey) {
  // The published test values of FNV-1a, 64 bits.
  EXPECT_EQ(partition_of("", 1'000'003), static_cast<std::int32_t>(0xcbf29ce484222325ull % 1'000'003));
  EXPECT_EQ(partition_of("a", 1'000'003), static_cast<std::int32_t>(0xaf63dc4c8601ec8cull % 1'000'003));
  EXPECT_EQ(partition_of("foobar", 1'000'003), static_cast<std::int32_t>(0x85944171f73967e8ull % 1'000'003));
  EXPECT_EQ(outbox_partition("foobar"), static_cast<std::int32_t>(0x85944171f73967e8ull % 12));
}

}  // namespace
}  // namespace pms::messaging
