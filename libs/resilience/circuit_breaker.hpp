// A circuit breaker: stops calling what keeps failing, and lets a few probes find out when it is back.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/clock.hpp"
#include "core/mutex.hpp"

namespace pms::resilience {

struct BreakerSettings {
  std::chrono::milliseconds window{10'000};  ///< calls are judged over this span; the count begins anew after it
  std::uint32_t minimum_calls = 20;          ///< fewer calls in the window never open it
  double failure_ratio = 0.5;                ///< at least this part failed: open
  std::chrono::milliseconds open_for{5'000};
  std::uint32_t probes = 5;  ///< calls let through after that; all succeed: closed, one fails: open again
};

/// Thread-safe; never waits.
class CircuitBreaker {
 public:
  enum class State : std::uint8_t { closed, open, half_open };

  CircuitBreaker(BreakerSettings, const core::Clock&);

  /// May a call be made now? Each `true` must be followed by one success() or failure(); probes whose outcome never
  /// comes are given up after `open_for`.
  bool allow();
  void success();
  void failure();
  State state() const;  ///< as of the last call; an open one turns half-open when the next call asks

 private:
  void begin(State, core::SteadyTime now) PMS_REQUIRES(mutex_);
  void begin_window_if_over(core::SteadyTime now) PMS_REQUIRES(mutex_);

  BreakerSettings settings_;
  const core::Clock& clock_;
  mutable core::Mutex mutex_;
  State state_ PMS_GUARDED_BY(mutex_) = State::closed;
  core::SteadyTime since_ PMS_GUARDED_BY(mutex_);  // start of the window; when it opened; when probing began
  std::uint32_t calls_ PMS_GUARDED_BY(mutex_) = 0;
  std::uint32_t failures_ PMS_GUARDED_BY(mutex_) = 0;
  std::uint32_t probes_left_ PMS_GUARDED_BY(mutex_) = 0;
  std::uint32_t probes_succeeded_ PMS_GUARDED_BY(mutex_) = 0;
};

}  // namespace pms::resilience
