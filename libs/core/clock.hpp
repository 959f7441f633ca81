// The two clocks, behind one interface so that tests can turn them.
#pragma once

#include <chrono>

namespace pms::core {

/// A moment as it is stored and sent: microseconds since 1970-01-01T00:00:00Z.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

/// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;          ///< the time of day, UTC; may jump
  virtual SteadyTime steady_now() const = 0;  ///< never goes back; for deadlines and limits
};

/// The machine's clocks.
const Clock& system_clock();

}  // namespace pms::core
