#include "resilience/circuit_breaker.hpp"

#include <gtest/gtest.h>

#include "testkit/fake_clock.hpp"

namespace pms::resilience {
namespace {

using namespace std::chrono_literals;
using State = CircuitBreaker::State;

class Breaker : public testing::Test {
 protected:
  void succeed(int times) {
    for (int i = 0; i < times; ++i)
      if (breaker.allow()) breaker.success();
  }
  void fail(int times) {
    for (int i = 0; i < times; ++i)
      if (breaker.allow()) breaker.failure();
  }
  int allowed(int times) {
    int count = 0;
    for (int i = 0; i < times; ++i) count += breaker.allow() ? 1 : 0;
    return count;
  }

  testkit::FakeClock clock;
  CircuitBreaker breaker{BreakerSettings{}, clock};
};

TEST_F(Breaker, StaysClosedBelowTheLeastNumberOfCalls) {
  fail(19);
  EXPECT_EQ(breaker.state(), State::closed);
  EXPECT_TRUE(breaker.allow());
}

TEST_F(Breaker, OpensWhenHalfOfTheCallsFail) {
  succeed(10);
  fail(9);
  EXPECT_EQ(breaker.state(), State::closed);
  fail(1);
  EXPECT_EQ(breaker.state(), State::open);
  EXPECT_FALSE(breaker.allow());
}

TEST_F(Breaker, StaysClosedWhenFewerFail) {
  succeed(100);
  fail(99);
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST_F(Breaker, ForgetsWhatIsOlderThanItsWindow) {
  fail(19);
  clock.advance(10s);
  fail(1);
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST_F(Breaker, LetsOnlyItsProbesThroughAfterAWhile) {
  fail(20);
  clock.advance(4'999ms);
  EXPECT_EQ(allowed(10), 0);
  clock.advance(1ms);
  EXPECT_EQ(allowed(10), 5);
  EXPECT_EQ(breaker.state(), State::half_open);
}

TEST_F(Breaker, ClosesWhenAllProbesSucceed) {
  fail(20);
  clock.advance(5s);
  succeed(4);
  EXPECT_EQ(breaker.state(), State::half_open);
  succeed(1);
  EXPECT_EQ(breaker.state(), State::closed);
  fail(19);  // earlier results are forgotten
  EXPECT_EQ(breaker.state(), State::closed);
}

TEST_F(Breaker, OpensAgainWhenOneProbeFails) {
  fail(20);
  clock.advance(5s);
  succeed(4);
  fail(1);
  EXPECT_EQ(breaker.state(), State::open);
  EXPECT_EQ(allowed(10), 0);
  clock.advance(5s);
  EXPECT_EQ(allowed(10), 5);
}

TEST_F(Breaker, IgnoresTheEndOfCallsFromBeforeItOpened) {
  EXPECT_EQ(allowed(21), 21);
  fail(20);
  clock.advance(4s);
  for (int i = 0; i < 20; ++i) breaker.failure();
  breaker.success();
  EXPECT_EQ(breaker.state(), State::open);
  clock.advance(1s);
  EXPECT_EQ(allowed(10), 5);
}

TEST_F(Breaker, GivesUpProbesWhoseEndNeverComes) {
  fail(20);
  clock.advance(5s);
  EXPECT_EQ(allowed(10), 5);
  clock.advance(5s);
  EXPECT_EQ(allowed(10), 5);
}

}  // namespace
}  // namespace pms::resilience
