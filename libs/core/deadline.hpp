// The moment by which an answer is useful; passed down every call, and on to other services as
// remaining milliseconds.
#pragma once

#include <algorithm>
#include <chrono>

#include "core/clock.hpp"

namespace pms::core {

class Deadline {
 public:
  static Deadline never() { return Deadline(core::SteadyTime::max()); }
  static Deadline at(core::SteadyTime time) { return Deadline(time); }
  static Deadline after(std::chrono::milliseconds span) { return Deadline(std::chrono::steady_clock::now() + span); }

  /// Returns the earlier of this deadline and `span` from now.
  Deadline at_most(std::chrono::milliseconds span) const {
    return Deadline(std::min(time_, std::chrono::steady_clock::now() + span));
  }
  core::SteadyTime time() const { return time_; }
  bool passed() const { return std::chrono::steady_clock::now() >= time_; }
  /// Returns the remaining time: never negative, and a day if there is no deadline.
  std::chrono::milliseconds remaining() const {
    if (time_ == core::SteadyTime::max()) return std::chrono::hours(24);
    auto left = std::chrono::duration_cast<std::chrono::milliseconds>(time_ - std::chrono::steady_clock::now());
    return std::max(left, std::chrono::milliseconds(0));
  }

 private:
  explicit Deadline(core::SteadyTime time) : time_(time) {}
  core::SteadyTime time_;
};

}  // namespace pms::core
