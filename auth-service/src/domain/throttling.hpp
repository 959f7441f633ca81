// How guessing passwords is slowed down: after five failures for an account each guess waits, and longer each time.
#pragma once

#include <chrono>
#include <cstdint>

#include "core/clock.hpp"

namespace pms::auth {

/// Counted since the last login that succeeded.
struct Failures {
  std::int64_t count = 0;
  core::Timestamp last_at{};
};

/// How long after the last failure it is remembered: so long that waiting for it gains a guesser nothing over the
/// longest wait, and no longer, since everybody can make rows by guessing.
constexpr std::chrono::hours failures_remembered_for{1};

/// None below five failures, then 30 s, doubling to 15 min.
std::chrono::seconds wait_after(std::int64_t failures);

/// What is left of the wait: never more than the whole, and nothing when the last failure is so far in the future that
/// the clock must have been turned back since; the next failure then begins a wait by the new time.
std::chrono::microseconds wait_left(const Failures&, core::Timestamp now);

/// The number of failures at which the next wait begins. Guesses that are checked at the same time share it: once it is
/// reached, none of the others is told whether it was right.
std::int64_t next_wait_at(const Failures&);

}  // namespace pms::auth
