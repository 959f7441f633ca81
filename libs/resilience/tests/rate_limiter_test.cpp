#include <atomic>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "resilience/memory_rate_limiter.hpp"
#include "testkit/fake_clock.hpp"
#include "testkit/run_task.hpp"

namespace pms::resilience {
namespace {

using namespace std::chrono_literals;

class MemoryRateLimits : public testing::Test {
 protected:
  int allowed(std::string_view key, RateLimit limit, int requests) {
    int count = 0;
    for (int i = 0; i < requests; ++i) count += limiter->count_now(key, limit).allowed ? 1 : 0;
    return count;
  }

  testkit::FakeClock clock;
  std::unique_ptr<RateLimiter> limiter = memory_rate_limiter(clock);
  const RateLimit limit{.per_second = 10, .burst = 20};
};

TEST_F(MemoryRateLimits, AllowABurstAndNoMore) { EXPECT_EQ(allowed("ana", limit, 100), 20); }

TEST_F(MemoryRateLimits, AllowTheSustainedRateAfterwards) {
  allowed("ana", limit, 100);
  clock.advance(99ms);
  EXPECT_EQ(allowed("ana", limit, 5), 0);
  clock.advance(1ms);
  EXPECT_EQ(allowed("ana", limit, 5), 1);
  clock.advance(1s);
  EXPECT_EQ(allowed("ana", limit, 50), 10);
  clock.advance(1h);
  EXPECT_EQ(allowed("ana", limit, 50), 20);
}

TEST_F(MemoryRateLimits, CountEachKeyByItself) {
  EXPECT_EQ(allowed("ana", limit, 100), 20);
  EXPECT_EQ(allowed("zoë", limit, 100), 20);
}

TEST_F(MemoryRateLimits, TellWhatRemainsAndWhen) {
  RateDecision decision = limiter->count_now("ana", limit);
  EXPECT_TRUE(decision.allowed);
  EXPECT_EQ(decision.remaining, 19U);
  EXPECT_EQ(decision.reset_after, 100ms);
  EXPECT_EQ(decision.retry_after, 0ms);
  allowed("ana", limit, 19);
  clock.advance(30ms);
  decision = limiter->count_now("ana", limit);
  EXPECT_FALSE(decision.allowed);
  EXPECT_EQ(decision.remaining, 0U);
  EXPECT_EQ(decision.retry_after, 70ms);
  EXPECT_EQ(decision.reset_after, 1'970ms);
  clock.advance(decision.retry_after);
  EXPECT_TRUE(limiter->count_now("ana", limit).allowed);
}

TEST_F(MemoryRateLimits, DoNotPunishThoseWhoKeepAsking) {
  allowed("ana", limit, 1'000);
  clock.advance(100ms);
  EXPECT_TRUE(limiter->count_now("ana", limit).allowed);
}

TEST_F(MemoryRateLimits, WithoutARateAllowEverything) {
  EXPECT_EQ(allowed("ana", RateLimit{}, 10'000), 10'000);
  EXPECT_EQ(limiter->count_now("ana", RateLimit{}).remaining, std::numeric_limits<std::uint32_t>::max());
}

TEST_F(MemoryRateLimits, TakeABurstOfNoneAsOne) { EXPECT_EQ(allowed("ana", {.per_second = 5, .burst = 0}, 10), 1); }

TEST_F(MemoryRateLimits, StandTheLargestNumbers) {
  constexpr auto most = std::numeric_limits<std::uint32_t>::max();
  const RateDecision decision = limiter->count_now("ana", {.per_second = most, .burst = most});
  EXPECT_TRUE(decision.allowed);
  EXPECT_EQ(decision.remaining, most - 1);
  EXPECT_EQ(limiter->count_now("zoë", {.per_second = 1, .burst = most}).remaining, most - 1);
}

TEST_F(MemoryRateLimits, ForgetTheKeysIdleLongestWhenFull) {
  limiter = memory_rate_limiter(clock, 3);
  for (const char* key : {"a", "b", "c"}) allowed(key, limit, 20);
  allowed("a", limit, 1);
  allowed("d", limit, 20);  // evicts b
  EXPECT_EQ(allowed("a", limit, 1), 0);
  EXPECT_EQ(allowed("c", limit, 1), 0);
  EXPECT_EQ(allowed("d", limit, 1), 0);
  EXPECT_EQ(allowed("b", limit, 1), 1);
}

TEST_F(MemoryRateLimits, HoldAcrossThreads) {
  std::atomic<int> count = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t)
    threads.emplace_back([&] {
      for (int i = 0; i < 1'000; ++i) {
        const std::string key = "client " + std::to_string(i % 50);
        if (limiter->count_now(key, limit).allowed) ++count;
      }
    });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(count, 50 * 20);
}

TEST_F(MemoryRateLimits, AnswerThroughTheWaitingInterfaceToo) {
  testkit::TestLoop loop;
  EXPECT_TRUE(limiter->immediate());
  EXPECT_EQ(loop.run(limiter->count("ana", limit)).remaining, 19U);
}

}  // namespace
}  // namespace pms::resilience
