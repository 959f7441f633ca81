#include "testkit/fake_clock.hpp"

#include <chrono>

namespace pms::testkit {

core::Timestamp FakeClock::now() const {
  std::lock_guard lock(mutex_);
  return now_;
}

core::SteadyTime FakeClock::steady_now() const {
  std::lock_guard lock(mutex_);
  return steady_;
}

void FakeClock::advance(std::chrono::microseconds span) {
  std::lock_guard lock(mutex_);
  now_ += span;
  steady_ += span;
}

void FakeClock::set(core::Timestamp time) {
  std::lock_guard lock(mutex_);
  now_ = time;
}

}  // namespace pms::testkit
