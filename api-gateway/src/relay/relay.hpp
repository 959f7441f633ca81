// Forwards one request to a replica of its upstream, and the response back to the client, piece by
// piece.
#pragma once

#include <string_view>

#include "core/task.hpp"
#include "http/exchange.hpp"
#include "routing/rate_limits.hpp"
#include "routing/upstream.hpp"

namespace pms::gateway {

/// What the relay needs in addition to the request.
struct RelayTask {
  Upstream& upstream;
  std::string_view path_prefix;   ///< in place of the route's prefix
  std::string_view path_rest;     ///< of the request's path, after the route's prefix
  std::string_view taken_prefix;  ///< sent to the service as X-Forwarded-Prefix
  const NamedLimit& limit;        ///< reported to the client with the remaining requests
  resilience::RateDecision decision;
  bool no_store = false;
  bool idempotency_key = false;  ///< the service honours Idempotency-Key on POST
};

/// Answers with the upstream's response, or with 502, 503 or 504. An attempt that received no byte
/// of a response is repeated once, at another replica if there is one, if the method is idempotent
/// or the connection was refused; in addition, one that failed because its idle connection had been
/// closed is repeated on a new connection. When the client resets its connection, the attempt is
/// given up. Memory stays bounded whatever the size of the response: the upstream is read as fast
/// as the client reads.
core::Task<void> relay(http::Exchange&, RelayTask);

}  // namespace pms::gateway
