// Which paths the gateway passes on, to whom, and on what conditions: routes.yaml as a table.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "routing/rate_limits.hpp"

namespace pms::gateway {

struct Route {
  std::string prefix;
  std::string upstream;
  std::string to;
  /// What the client's path begins with and the service's does not, sent as X-Forwarded-Prefix: /api of
  /// /api/patients, which goes to /patients. Empty when the service's path is no end of the client's.
  std::string taken_prefix;
  bool authenticated = true;
  NamedLimit address_limit;
  NamedLimit user_limit;
  bool no_store = false;
};

/// What a routes file refers to or leaves out.
struct RouteDefaults {
  resilience::RateLimit address_limit;
  resilience::RateLimit login_limit;
  resilience::RateLimit user_limit;
  std::vector<std::string> upstreams;  ///< the names there are
};

/// Reads the text of a routes file. Error: `invalid`, one sentence that names file, line, key and what would be right.
core::Result<std::vector<Route>> parse_routes(std::string_view yaml, std::string_view file_name, const RouteDefaults&);

}  // namespace pms::gateway
