// The five services as one process.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analytics-service/src/app.hpp"
#include "api-gateway/src/app.hpp"
#include "auth-service/src/app.hpp"
#include "billing-service/src/app.hpp"
#include "clinic/services.hpp"
#include "patient-service/src/app.hpp"
#include "runtime/run.hpp"
#include "runtime/settings.hpp"

namespace pms {

/// Every property of every service and of the process.
struct SystemConfig {
  runtime::Settings process;
  gateway::Config gateway;
  auth::Config auth;
  patient::Config patient;
  billing::Config billing;
  analytics::Config analytics;

  void declare(config::Schema&);
  /// Connects the services of this process: replaces the address of another service, if it is still
  /// the default, with the address that service listens on here.
  void connect_services();
  /// Returns the listeners that accept connections from other machines, e.g. "patient.http.host:
  /// 0.0.0.0".
  std::vector<std::string> network_listeners() const;
  /// The listen settings of all five, gateway first.
  std::vector<std::pair<clinic::ServiceEntry, runtime::ListenSettings>> listeners() const;
};

/// Reads the properties from `arguments` (flags), the environment and the file. Returns 78 after
/// printing what is wrong.
std::optional<int> load(SystemConfig&, const std::vector<std::string>& arguments);

/// Runs the system until a signal. `started` is called on the main thread once every listener
/// accepts connections.
int serve(const SystemConfig&, const std::function<void(runtime::Runtime&)>& started);

}  // namespace pms
