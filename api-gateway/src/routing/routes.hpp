// Which paths the gateway forwards, to which upstream and on what conditions: routes.yaml as a
// table.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "routing/rate_limits.hpp"

namespace pms::gateway {

struct Route {
  std::string prefix;
  bool exact = false;  ///< matches no path below the prefix
  std::string upstream;
  std::string to;
  /// The beginning of the client's path that the service's path does not have, sent as
  /// X-Forwarded-Prefix: /api of /api/patients, which goes to /patients. Empty when the client's
  /// path does not end with the service's.
  std::string taken_prefix;
  bool authenticated = true;
  NamedLimit address_limit;
  NamedLimit user_limit;
  bool no_store = false;
  std::uint64_t max_body_bytes = 64 * 1024;
  /// The service honours Idempotency-Key on POST: a request with a key may be repeated.
  bool idempotency_key = false;

  bool matches(std::string_view path) const;
};

/// What a routes file may refer to, and the values that it may leave out.
struct RouteDefaults {
  resilience::RateLimit address_limit;
  resilience::RateLimit login_limit;
  resilience::RateLimit user_limit;
  std::vector<std::string> upstreams;  ///< the names of all upstreams
};

/// Reads the text of a routes file. Error: `invalid`, one sentence that names the file, the line,
/// the key and a correct value.
core::Result<std::vector<Route>> parse_routes(std::string_view yaml, std::string_view file_name, const RouteDefaults&);

}  // namespace pms::gateway
