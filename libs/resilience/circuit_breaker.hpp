// A circuit breaker: stops calls to a dependency that keeps failing, and uses a few probes to
// detect that it has recovered.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/clock.hpp"
#include "core/mutex.hpp"

namespace pms::resilience {

struct BreakerSettings {
  std::chrono::milliseconds window{10'000};  ///< calls are judged over this time; the counts restart after it
  std::uint32_t minimum_calls = 20;          ///< fewer calls in the window never open it
  double failure_ratio = 0.5;                ///< opens if at least this fraction failed
  std::chrono::milliseconds open_for{5'000};
  std::uint32_t probes = 5;  ///< calls allowed after that; closed if all succeed, open again if one fails
};

/// Thread-safe; never blocks.
class CircuitBreaker {
 public:
  enum class State : std::uint8_t { closed, open, half_open };

  CircuitBreaker(BreakerSettings, const core::Clock&);

  /// Returns whether a call may be made now. Each `true` must be followed by one success() or
  /// failure(); probes without an outcome expire after `open_for`.
  bool allow();
  void success();
  void failure();
  State state() const;  ///< as of the last call; an open breaker becomes half-open on the next allow()

 private:
  void begin(State, core::SteadyTime now) PMS_REQUIRES(mutex_);
  void begin_window_if_over(core::SteadyTime now) PMS_REQUIRES(mutex_);

  BreakerSettings settings_;
  const core::Clock& clock_;
  mutable core::Mutex mutex_;
  State state_ PMS_GUARDED_BY(mutex_) = State::closed;
  core::SteadyTime since_ PMS_GUARDED_BY(mutex_);  // the start of the window, of being open, or of probing
  std::uint32_t calls_ PMS_GUARDED_BY(mutex_) = 0;
  std::uint32_t failures_ PMS_GUARDED_BY(mutex_) = 0;
  std::uint32_t probes_left_ PMS_GUARDED_BY(mutex_) = 0;
  std::uint32_t probes_succeeded_ PMS_GUARDED_BY(mutex_) = 0;
};

}  // namespace pms::resilience
