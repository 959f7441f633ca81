// The routes of every service.
#pragma once

#include <string>
#include <vector>

#include "core/result.hpp"
#include "rest/router.hpp"
#include "system.hpp"

namespace pms {

/// What a service serves, as its own router says.
struct ServedRoutes {
  std::string service;
  std::string upstream;  ///< its name in the gateway's routes
  std::vector<rest::Route> clients;
  std::vector<rest::Route> operators;
};

struct SystemRoutes {
  std::vector<gateway::RouteSummary> gateway;
  std::vector<rest::Route> gateway_pages;
  std::vector<ServedRoutes> services;  ///< the gateway first, with none for clients
};

/// They are known once a service is open, which this does in a temporary folder. No port is used.
core::Result<SystemRoutes> routes_of_system();

}  // namespace pms
