// The checks of a request before its body is received: the limit of its client's address, its
// token, and the limit of its user, in this order. A check that refuses the request has answered
// it.
#pragma once

#include <optional>

#include "core/task.hpp"
#include "http/exchange.hpp"
#include "resilience/rate_limiter.hpp"
#include "routing/rate_limits.hpp"
#include "security/token_verifier.hpp"

namespace pms::gateway {

/// A limit that a request was counted against, with the decision that allowed the request.
struct CountedLimit {
  const NamedLimit* limit = nullptr;
  resilience::RateDecision decision;
};

/// Comes before any cryptography, and counts unknown paths too. The limiter is immediate(). Returns
/// nothing after it has answered 429.
std::optional<CountedLimit> check_address_limit(http::Exchange&, const NamedLimit&, resilience::RateLimiter&);

/// Verifies the bearer token, and stores the caller in the request. Returns false after it has
/// answered 401, or 503 while there are no keys.
bool authenticate(http::Exchange&, const security::TokenVerifier&);

/// The request has been authenticated. The limiter is immediate(). Returns nothing after it has
/// answered 429.
std::optional<CountedLimit> check_user_limit(http::Exchange&, const NamedLimit&, resilience::RateLimiter&);

/// The same two checks with a limiter that has to be awaited.
core::Task<std::optional<CountedLimit>> await_address_limit(http::Exchange&, const NamedLimit&,
                                                            resilience::RateLimiter&);
core::Task<std::optional<CountedLimit>> await_user_limit(http::Exchange&, const NamedLimit&, resilience::RateLimiter&);

}  // namespace pms::gateway
