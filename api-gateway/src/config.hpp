// api-gateway's properties.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "config/schema.hpp"
#include "resilience/rate_limiter.hpp"
#include "runtime/settings.hpp"
#include "runtime/tokens.hpp"

namespace pms::gateway {

struct Config {
  runtime::ListenSettings listen;
  runtime::TokenConfig tokens;
  /// Base URLs of the replicas of each service, by the name that routes use.
  std::vector<std::string> auth_urls;
  std::vector<std::string> patient_urls;
  std::vector<std::string> billing_urls;
  std::vector<std::string> analytics_urls;
  std::string routes_file;  ///< empty: the built-in routes.yaml
  resilience::RateLimit address_limit;
  resilience::RateLimit login_limit;
  resilience::RateLimit user_limit;
  std::uint32_t max_connections = 0;
  std::uint32_t max_connections_per_client = 0;
  std::chrono::milliseconds request_timeout{};

  void declare(config::Schema&);
};

}  // namespace pms::gateway
