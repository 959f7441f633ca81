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

/// Every property of every service, and of the process.
struct SystemConfig {
  runtime::Settings process;
  gateway::Config gateway;
  auth::Config auth;
  patient::Config patient;
  billing::Config billing;
  analytics::Config analytics;

  void declare(config::Schema&);
  /// Where one service looks for another and the address is still the default: the address the other listens on here.
  void connect_services();
  /// What listens beyond loopback, as "patient.http.host: 0.0.0.0".
  std::vector<std::string> network_listeners() const;
  /// The listen settings of all five, gateway first.
  std::vector<std::pair<clinic::ServiceEntry, runtime::ListenSettings>> listeners() const;
};

/// Reads the properties from `arguments` (flags), the environment and the file. 78 after printing what is wrong.
std::optional<int> load(SystemConfig&, const std::vector<std::string>& arguments);

/// Runs until a signal; `started` is called on the main thread once everything listens.
int serve(const SystemConfig&, const std::function<void(runtime::Runtime&)>& started);

}  // namespace pms
