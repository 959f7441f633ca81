// A route with what the gateway needs to serve it.
#pragma once

#include <utility>

#include "http/route_metrics.hpp"
#include "routing/routes.hpp"
#include "routing/upstream.hpp"

namespace pms::gateway {

struct RouteEntry {
  RouteEntry(Route route, Upstream& upstream)
      : route(std::move(route)), upstream(upstream), metrics("api-gateway", this->route.prefix) {}

  Route route;
  Upstream& upstream;
  http::RouteMetrics metrics;
};

}  // namespace pms::gateway
