// The path of every request: the checks of edge/admission.hpp while only its header is there, then
// the relay, or the gateway's own pages.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "core/task.hpp"
#include "edge/admission.hpp"
#include "http/exchange.hpp"
#include "http/server.hpp"
#include "resilience/rate_limiter.hpp"
#include "rest/router.hpp"
#include "routing/route_entry.hpp"

namespace pms::gateway {

class Gateway : public http::Handler {
 public:
  /// The limiter and the verifier outlive the gateway. `address_limit` counts the requests that
  /// have no route.
  Gateway(resilience::RateLimiter&, const security::TokenVerifier&, resilience::RateLimit address_limit);
  ~Gateway() override;

  /// Called once, before the first request. Each route's upstream is among `upstreams`, which
  /// outlive the gateway.
  void serve(std::vector<Route> routes, std::span<const std::unique_ptr<Upstream>> upstreams);

  /// All routes, the longest prefix first.
  std::vector<Route> routes() const;

  /// What the gateway answers itself: the pages that show the services' documents.
  rest::Router& pages() { return pages_; }

  http::Admission admit(http::Exchange&) override;
  core::Task<bool> await_admission(http::Exchange&) override;
  core::Task<void> handle(http::Exchange&) override;

 private:
  /// Returns the route of the path, or null. A request that check_request() refuses has none.
  RouteEntry* find(const http::Request&) const;
  const NamedLimit& address_limit_of(const RouteEntry*) const;
  http::Admission admit_unrouted(http::Exchange&);

  resilience::RateLimiter& limiter_;
  const security::TokenVerifier& verifier_;
  NamedLimit unrouted_limit_;
  rest::Router pages_{"api-gateway", nullptr};
  std::vector<std::unique_ptr<RouteEntry>> entries_;  // the longest prefix first
};

}  // namespace pms::gateway
