// Passes one request on to a replica of its upstream and the answer back, piece by piece.
#pragma once

#include <string_view>

#include "core/task.hpp"
#include "http/exchange.hpp"
#include "routing/rate_limits.hpp"
#include "routing/upstream.hpp"

namespace pms::gateway {

/// What the relay needs to know beside the request.
struct RelayTask {
  Upstream& upstream;
  std::string_view path_prefix;   ///< in place of the route's prefix
  std::string_view path_rest;     ///< of the request's path, after the route's prefix
  std::string_view taken_prefix;  ///< told to the service
  const NamedLimit& limit;        ///< told to the client, with what is left of it
  resilience::RateDecision decision;
  bool no_store = false;
};

/// Answers the exchange: with what the upstream answered, or 502, 503 or 504. An attempt that got no byte of an answer
/// is repeated once, when the method is idempotent or the connection was refused. Memory stays bounded whatever the
/// sizes of the answer: the upstream is read as fast as the client reads.
core::Task<void> relay(http::Exchange&, RelayTask);

}  // namespace pms::gateway
