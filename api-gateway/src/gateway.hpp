// The path of every request: limit per address, route, token, limit per user, relay.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "http/exchange.hpp"
#include "http/server.hpp"
#include "routes.hpp"
#include "security/token.hpp"
#include "upstream.hpp"

namespace pms::gateway {

class Gateway : public http::Handler {
 public:
  /// The limiter and the verifier outlive the gateway. `address_limit` counts the paths that no route is for.
  Gateway(resilience::RateLimiter&, const security::TokenVerifier&, resilience::RateLimit address_limit);
  ~Gateway() override;

  /// Before the first request. Each route's upstream is among `upstreams`, which outlive the gateway.
  void serve(std::vector<Route> routes, std::span<const std::unique_ptr<Upstream>> upstreams);

  core::Task<void> handle(http::Exchange&) override;

 private:
  struct Entry;

  Entry* find(std::string_view path) const;
  static void refuse(http::Exchange&, const NamedLimit&, const resilience::RateDecision&);

  resilience::RateLimiter& limiter_;
  const security::TokenVerifier& verifier_;
  NamedLimit address_limit_;
  std::vector<std::unique_ptr<Entry>> entries_;  // the longest prefix first
};

}  // namespace pms::gateway
