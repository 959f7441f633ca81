// Defines how password guessing is throttled: from the fifth failure for an account on, every guess
// must wait, and each wait is longer than the previous one.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/clock.hpp"

namespace pms::auth {

/// Contains the failed logins since the last successful login.
struct Failures {
  std::int64_t count = 0;
  core::Timestamp last_at{};
};

/// Failures are remembered for this long after the last one. It is long enough that waiting for
/// them to be forgotten gains a guesser nothing over the longest wait, and no longer, because any
/// client can create rows by guessing.
constexpr std::chrono::hours failures_remembered_for{1};

/// Returns how long to wait after this many failures: 0 for fewer than five, 30 s for five, then
/// twice as long for each further failure, up to 15 min.
std::chrono::seconds wait_after(std::int64_t failures);

/// Returns the rest of the wait, which is never more than the whole wait. Returns 0 if the last
/// failure is so far in the future that the clock must have been turned back; the next failure then
/// starts a wait by the new time.
std::chrono::microseconds wait_left(const Failures&, core::Timestamp now);

/// Returns the number of failures at which the next wait begins. Guesses that are checked at the
/// same time share it: once it is reached, the service no longer reveals whether the others were
/// right.
std::int64_t next_wait_at(const Failures&);

}  // namespace pms::auth
