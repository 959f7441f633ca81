#include "resilience/circuit_breaker.hpp"

namespace pms::resilience {

CircuitBreaker::CircuitBreaker(BreakerSettings settings, const core::Clock& clock)
    : settings_(settings), clock_(clock), since_(clock.steady_now()) {}

bool CircuitBreaker::allow() {
  core::MutexLock lock(mutex_);
  if (state_ == State::closed) return true;  // the normal case: the clock is not read
  const core::SteadyTime now = clock_.steady_now();
  // After half-open for this long, the probes were lost with their callers.
  const bool waited = now - since_ >= settings_.open_for;
  if (waited && (state_ == State::open || probes_left_ == 0)) begin(State::half_open, now);
  if (state_ == State::open || probes_left_ == 0) return false;
  --probes_left_;
  return true;
}

void CircuitBreaker::success() {
  core::MutexLock lock(mutex_);
  if (state_ == State::closed) {
    ++calls_;  // failure() checks whether the window is over
  } else if (state_ == State::half_open && ++probes_succeeded_ >= settings_.probes) {
    begin(State::closed, clock_.steady_now());
  }
}

void CircuitBreaker::failure() {
  const core::SteadyTime now = clock_.steady_now();
  core::MutexLock lock(mutex_);
  if (state_ == State::half_open) return begin(State::open, now);
  if (state_ == State::open) return;  // the call started before the breaker opened
  begin_window_if_over(now);
  ++calls_;
  ++failures_;
  if (calls_ >= settings_.minimum_calls && failures_ >= settings_.failure_ratio * calls_) begin(State::open, now);
}

CircuitBreaker::State CircuitBreaker::state() const {
  core::MutexLock lock(mutex_);
  return state_;
}

void CircuitBreaker::begin(State state, core::SteadyTime now) {
  state_ = state;
  since_ = now;
  calls_ = 0;
  failures_ = 0;
  probes_left_ = settings_.probes;
  probes_succeeded_ = 0;
}

void CircuitBreaker::begin_window_if_over(core::SteadyTime now) {
  if (now - since_ >= settings_.window) begin(State::closed, now);
}

}  // namespace pms::resilience
