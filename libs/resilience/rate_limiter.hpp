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
  std::uint32_t burst = 0;       ///< requests at once after a pause; 0 means 1
};

struct RateDecision {
  bool allowed = true;
  std::uint32_t remaining =
      0;  ///< requests that would be allowed immediately after this one; the maximum if there is no limit
  std::chrono::milliseconds reset_after{0};  ///< time until the full burst is available again
  std::chrono::milliseconds retry_after{0};  ///< if not allowed: time until the next request is
};

/// The state of the limits. Engines: process memory; Redis, shared by the replicas of the gateway,
/// will follow. Thread-safe.
class RateLimiter {
 public:
  virtual ~RateLimiter() = default;
  /// Returns whether count_now() can be used, so that the request path needs no suspension. If
  /// not, use count().
  virtual bool immediate() const = 0;
  /// Counts one request of `key` against `limit`. Call it only if immediate() is true.
  virtual RateDecision count_now(std::string_view key, RateLimit limit) = 0;
  /// Counts one request. If the engine is unavailable, it falls back to process memory; it never
  /// fails.
  virtual core::Task<RateDecision> count(std::string key, RateLimit limit) = 0;
};

}  // namespace pms::resilience
