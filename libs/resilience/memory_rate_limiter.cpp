#include "resilience/memory_rate_limiter.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/mutex.hpp"
#include "core/task.hpp"

namespace pms::resilience {
namespace {

using std::chrono::nanoseconds;

/// Applies one request to a key. `full_at` is when the full burst is available again (the
/// theoretical arrival time of I.371); it is never in the past.
RateDecision decide(core::SteadyTime& full_at, core::SteadyTime now, RateLimit limit) {
  using std::chrono::ceil;
  using std::chrono::milliseconds;
  const nanoseconds interval = std::max(nanoseconds(1), nanoseconds(std::chrono::seconds(1)) / limit.per_second);
  const nanoseconds capacity = interval * std::max(limit.burst, 1U);
  const nanoseconds used = full_at - now;
  RateDecision decision;
  decision.allowed = used + interval <= capacity;
  if (decision.allowed) {
    full_at += interval;
  } else {
    decision.retry_after = ceil<milliseconds>(used + interval - capacity);
  }
  const nanoseconds left = std::max(nanoseconds(0), capacity - (full_at - now));
  decision.remaining = static_cast<std::uint32_t>(left / interval);
  decision.reset_after = ceil<milliseconds>(full_at - now);
  return decision;
}

/// A part of the keys with its own lock, ordered by their last use; the least recently used key is
/// at the end of the list.
class alignas(64) Shard {  // each shard has its own cache line
 public:
  RateDecision count(std::string_view key, core::SteadyTime now, RateLimit limit, std::size_t max_keys) {
    core::MutexLock lock(mutex_);
    auto found = by_key_.find(key);
    if (found == by_key_.end()) {
      make_room(now, max_keys);
      keys_.push_front({std::string(key), now});
      found = by_key_.emplace(keys_.front().key, keys_.begin()).first;
    } else {
      keys_.splice(keys_.begin(), keys_, found->second);
    }
    Key& used = keys_.front();
    used.full_at = std::max(used.full_at, now);
    return decide(used.full_at, now, limit);
  }

 private:
  struct Key {
    std::string key;
    core::SteadyTime full_at;
  };

  /// Removes keys to make room. A key whose burst is full carries no information, so each
  /// insertion evicts up to two of them and memory tracks the active clients. Other keys are
  /// evicted only if there is no room.
  void make_room(core::SteadyTime now, std::size_t max_keys) PMS_REQUIRES(mutex_) {
    for (int i = 0; i < 2 && !keys_.empty() && keys_.back().full_at <= now; ++i) drop_oldest();
    if (keys_.size() >= max_keys) drop_oldest();
  }

  void drop_oldest() PMS_REQUIRES(mutex_) {
    by_key_.erase(keys_.back().key);
    keys_.pop_back();
  }

  core::Mutex mutex_;
  std::list<Key> keys_ PMS_GUARDED_BY(mutex_);
  std::unordered_map<std::string_view, std::list<Key>::iterator> by_key_ PMS_GUARDED_BY(mutex_);  // views into keys_
};

class MemoryRateLimiter : public RateLimiter {
 public:
  MemoryRateLimiter(const core::Clock& clock, std::size_t max_keys)
      : clock_(clock),
        shards_(std::clamp<std::size_t>(max_keys / min_keys_per_shard, 1, max_shards)),
        max_keys_per_shard_(std::max<std::size_t>(1, max_keys / shards_.size())) {}

  bool immediate() const override { return true; }

  RateDecision count_now(std::string_view key, RateLimit limit) override {
    if (limit.per_second == 0) return {.remaining = std::numeric_limits<std::uint32_t>::max()};
    Shard& shard = shards_[std::hash<std::string_view>{}(key) % shards_.size()];
    return shard.count(key, clock_.steady_now(), limit, max_keys_per_shard_);
  }

  core::Task<RateDecision> count(std::string key, RateLimit limit) override { co_return count_now(key, limit); }

 private:
  static constexpr std::size_t min_keys_per_shard = 1024;  // fewer keys do not need a second lock
  static constexpr std::size_t max_shards = 64;

  const core::Clock& clock_;
  std::vector<Shard> shards_;
  std::size_t max_keys_per_shard_;
};

}  // namespace

std::unique_ptr<RateLimiter> memory_rate_limiter(const core::Clock& clock, std::size_t max_keys) {
  return std::make_unique<MemoryRateLimiter>(clock, max_keys);
}

}  // namespace pms::resilience
