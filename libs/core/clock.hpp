// The two clocks, behind an interface so that tests can set them.
#pragma once

#include <chrono>

namespace pms::core {

/// A point in time as it is stored and sent: microseconds since 1970-01-01T00:00:00Z.
using Timestamp = std::chrono::sys_time<std::chrono::microseconds>;
using SteadyTime = std::chrono::steady_clock::time_point;

/// A source of the time of day and of monotonic time. It is thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;          ///< the time of day in UTC; may jump
  virtual SteadyTime steady_now() const = 0;  ///< monotonic; for deadlines and limits
};

/// Returns the machine's clocks.
const Clock& system_clock();

}  // namespace pms::core
