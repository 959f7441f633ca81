// A clock that stands still until a test moves it.
#pragma once

#include <chrono>
#include <mutex>

#include "core/clock.hpp"

namespace pms::testkit {

/// The clock starts at 2026-01-01T12:00:00Z. Thread-safe.
class FakeClock : public core::Clock {
 public:
  core::Timestamp now() const override;
  core::SteadyTime steady_now() const override;
  void advance(std::chrono::microseconds);  ///< moves both clocks
  void set(core::Timestamp);                ///< the time of day jumps; the steady clock does not

 private:
  mutable std::mutex mutex_;
  core::Timestamp now_ = core::Timestamp(std::chrono::seconds(1767268800));
  core::SteadyTime steady_ = core::SteadyTime(std::chrono::hours(1));
};

}  // namespace pms::testkit
