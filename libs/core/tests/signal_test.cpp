#include "core/signal.hpp"

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>

#include "testkit/run_task.hpp"

namespace pms::core {
namespace {

using namespace std::chrono_literals;

auto in(std::chrono::milliseconds span) { return std::chrono::steady_clock::now() + span; }

class SignalTest : public testing::Test {
 protected:
  std::shared_ptr<Signal> signal_ = std::make_shared<Signal>();
  testkit::TestLoop loop_;
};

TEST_F(SignalTest, EndsAWaitFromAnotherThread) {
  auto waiting = loop_.start(signal_->wait_until(in(1h)));
  signal_->set();
  EXPECT_EQ(waiting.wait_for(10s), std::future_status::ready);
}

TEST_F(SignalTest, RemembersThatItWasSetBeforeTheWait) {
  signal_->set();
  auto waiting = loop_.start(signal_->wait_until(in(1h)));
  EXPECT_EQ(waiting.wait_for(10s), std::future_status::ready);
}

TEST_F(SignalTest, CountsSeveralCallsAsOne) {
  for (int i = 0; i < 10; ++i) signal_->set();
  loop_.run(signal_->wait_until(in(1h)));
  const auto before = std::chrono::steady_clock::now();
  loop_.run(signal_->wait_until(in(20ms)));
  EXPECT_GE(std::chrono::steady_clock::now() - before, 19ms);
}

TEST_F(SignalTest, WaitsNoLongerThanTheGivenTime) {
  auto waiting = loop_.start(signal_->wait_until(in(1ms)));
  EXPECT_EQ(waiting.wait_for(10s), std::future_status::ready);
}

}  // namespace
}  // namespace pms::core
