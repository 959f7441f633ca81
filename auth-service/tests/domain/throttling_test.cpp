#include "domain/throttling.hpp"

#include <cstdint>
#include <gtest/gtest.h>

namespace pms::auth {
namespace {

using namespace std::chrono_literals;

constexpr core::Timestamp last_failure{1'767'268'800s};

TEST(Throttling, WaitsLongerWithEachFailureFromTheFifthOn) {
  for (std::int64_t failures : {0, 1, 4}) EXPECT_EQ(wait_after(failures), 0s) << failures;
  EXPECT_EQ(wait_after(5), 30s);
  EXPECT_EQ(wait_after(6), 1min);
  EXPECT_EQ(wait_after(7), 2min);
  EXPECT_EQ(wait_after(8), 4min);
  EXPECT_EQ(wait_after(9), 8min);
  EXPECT_EQ(wait_after(10), 15min);
  EXPECT_EQ(wait_after(1'000'000'000'000), 15min);
}

TEST(Throttling, CountsTheWaitFromTheLastFailure) {
  const Failures five{.count = 5, .last_at = last_failure};
  EXPECT_EQ(wait_left(five, last_failure), 30s);
  EXPECT_EQ(wait_left(five, last_failure + 30s - 1us), 1us);
  EXPECT_EQ(wait_left(five, last_failure + 30s), 0s);
  EXPECT_EQ(wait_left({.count = 4, .last_at = last_failure}, last_failure), 0s);
}

TEST(Throttling, NeverWaitsLongerBecauseAClockIsBehindOrWasTurnedBack) {
  const Failures five{.count = 5, .last_at = last_failure};
  EXPECT_EQ(wait_left(five, last_failure - 10s), 30s) << "counted by a replica whose clock is ahead";
  EXPECT_EQ(wait_left(five, last_failure - 24h), 0s) << "or nobody could log in for a day";
}

TEST(Throttling, LetsGuessesShareTheFailuresUpToTheNextWait) {
  EXPECT_EQ(next_wait_at({.count = 0}), 5);
  EXPECT_EQ(next_wait_at({.count = 4}), 5);
  EXPECT_EQ(next_wait_at({.count = 5}), 6) << "one guess after a wait";
  EXPECT_EQ(next_wait_at({.count = 9}), 10);
}

TEST(Throttling, RemembersFailuresLongerThanAnyWait) { EXPECT_GT(failures_remembered_for, wait_after(100)); }

}  // namespace
}  // namespace pms::auth
