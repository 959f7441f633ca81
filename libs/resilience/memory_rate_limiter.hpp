// Rate limits in process memory.
#pragma once

#include <cstddef>
#include <memory>

#include "core/clock.hpp"
#include "resilience/rate_limiter.hpp"

namespace pms::resilience {

/// Creates a limiter in process memory, sharded by key, with at most `max_keys` keys (the keys idle
/// for longest are evicted first).
std::unique_ptr<RateLimiter> memory_rate_limiter(const core::Clock&, std::size_t max_keys = 1'000'000);

}  // namespace pms::resilience
