// When a lease that another holds has ended, by the time of day, which all who compete for it share more or less.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/clock.hpp"

namespace pms::messaging {

/// What lies between two clocks, and between reading a clock and the commit that uses it.
constexpr std::chrono::minutes clock_tolerance{1};

/// The latest end that a lease can have, as seen now. One that ends later is from before a clock was set back, and
/// counts as ended: else nobody could have it until the clock is there again.
inline core::Timestamp latest_end(core::Timestamp now, std::chrono::microseconds length) {
  return now + length + clock_tolerance;
}

inline bool lease_ended(core::Timestamp end, core::Timestamp now, std::chrono::microseconds length) {
  return end <= now || end > latest_end(now, length);
}

}  // namespace pms::messaging
