// Rate limits by the generic cell rate algorithm (GCRA, ITU-T I.371): one timestamp per key.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::resilience {

struct RateLimit {
  std::uint32_t per_second = 0;  ///< sustained requests per second; 0: no limit
  std::uint32_t burst = 0;       ///< requests at once after a pause; 0 is taken as 1
};

struct RateDecision {
  bool allowed = true;
  std::uint32_t remaining = 0;  ///< requests that would be allowed right now after this one; no limit: most
  std::chrono::milliseconds reset_after{0};  ///< until the full burst is there again
  std::chrono::milliseconds retry_after{0};  ///< when not allowed: until the next one is
};

/// Where the state of the limits lives. Engines: process memory; Redis (shared by the replicas of the gateway) follows.
/// Thread-safe.
class RateLimiter {
 public:
  virtual ~RateLimiter() = default;
  /// An engine that needs no waiting answers here, so that the request path has no suspension; nothing: use `count`.
  virtual bool immediate() const = 0;
  /// Counts one request of `key` against `limit`. Only when immediate().
  virtual RateDecision count_now(std::string_view key, RateLimit limit) = 0;
  /// Counts one request. An engine that is away falls back to process memory and never fails.
  virtual core::Task<RateDecision> count(std::string key, RateLimit limit) = 0;
};

/// In process memory, sharded by key, at most `max_keys` keys (the ones idle longest go first).
std::unique_ptr<RateLimiter> memory_rate_limiter(const core::Clock&, std::size_t max_keys = 1'000'000);

}  // namespace pms::resilience
