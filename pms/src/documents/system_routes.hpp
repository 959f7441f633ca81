// Collects the routes of every service.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "rest/router.hpp"
#include "system.hpp"

namespace pms {

/// The routes that a service serves, according to its own router.
struct ServedRoutes {
  std::string service;
  std::string upstream;  ///< the service's name in the gateway's routes
  std::vector<rest::Route> clients;
  std::vector<rest::Route> operators;
};

struct SystemRoutes {
  std::vector<gateway::RouteSummary> gateway;
  std::vector<rest::Route> gateway_pages;
  std::vector<ServedRoutes> services;  ///< the gateway first, with no routes for clients
};

/// Returns the routes of all services. They are known once a service is open, so this opens the
/// services in a temporary folder. It uses no port.
core::Result<SystemRoutes> routes_of_system();

}  // namespace pms
