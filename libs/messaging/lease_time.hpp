// When a lease held by another process has expired, according to the time of day, which all
// processes that compete for it approximately share.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/clock.hpp"

namespace pms::messaging {

/// The tolerance for the difference between two clocks, and for the time between reading a clock
/// and the commit that uses it.
constexpr std::chrono::minutes clock_tolerance{1};

/// Returns the latest end that a lease can have at the time `now`. A lease that ends later was
/// taken before a clock was set back, and counts as expired; otherwise no process could take it
/// until the clock reaches that time again.
inline core::Timestamp latest_end(core::Timestamp now, std::chrono::microseconds length) {
  return now + length + clock_tolerance;
}

inline bool lease_ended(core::Timestamp end, core::Timestamp now, std::chrono::microseconds length) {
  return end <= now || end > latest_end(now, length);
}

}  // namespace pms::messaging
