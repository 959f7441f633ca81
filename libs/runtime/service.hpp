// What the five services have in common for the process that runs them: a life in steps.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config/load.hpp"
#include "config/schema.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "http/server.hpp"
#include "runtime/runtime.hpp"

namespace pms::runtime {

/// Where a service listens for clients and for its operators.
struct ListenSettings {
  std::string host;
  std::uint16_t port = 0;
  std::string management_host;
  std::uint16_t management_port = 0;
  /// Declares <prefix>.http.host, .http.port, .management.host and .management.port (default: http port + 100).
  void declare(config::Schema&, const std::string& prefix, std::uint16_t default_port);
  /// The listener for clients, with the usual limits.
  http::ServerSettings for_clients(std::string_view service) const;
};

/// Life: made with its configuration, bind, open, start, drain, destroyed. In a process with several services every one
/// is bound before any is opened, so that a second start fails before it touches a file.
class Service {
 public:
  virtual ~Service() = default;
  virtual std::string_view name() const = 0;  ///< patient-service

  /// Binds every port. Error: one sentence for the operator ("port in use: …").
  virtual core::Result<> bind() = 0;
  /// Opens and migrates storage, loads keys. Blocks. Error: one sentence for the operator.
  virtual core::Result<> open() = 0;
  /// Begins to serve. The io threads run.
  virtual void start() = 0;
  /// Whether the service's own storage answers: /readyz.
  virtual core::Task<core::Result<>> ready() = 0;
  /// Stops taking requests, finishes what is in flight, then stops relays and consumers.
  virtual core::Task<void> drain(core::Deadline) = 0;

  /// What it listens on, as "http 127.0.0.1:4000": for the line printed at start.
  virtual std::vector<std::string> listening() const = 0;
};

/// Runs services until SIGTERM or SIGINT: bind all, open all, start all, wait, drain in order. Returns the exit code
/// (0; 1 when something could not be opened or bound; 78 when that was for an `invalid` property). Prints one line to
/// stderr for each failure. `started` is called once everything listens.
int run(Runtime&, const Settings&, std::span<Service* const>, const std::function<void()>& started = {});

/// Configuration errors, and what to do about them, on stderr. 78: EX_CONFIG of sysexits.h.
constexpr int exit_configuration = 78;
int report_configuration(std::string_view program, const core::Error&);

/// `--help` and `--version`: prints and says so. Returns an exit code when the process is done.
std::optional<int> answer_help(std::string_view program, const config::Schema&, int argc, const char* const* argv);

/// The whole main of a service: reads the configuration, runs the app.
/// App: a Service with a nested Config {void declare(config::Schema&)}, a static `program` name and App(Config,
/// Runtime&).
template <class App>
int run_service(int argc, char** argv) {
  config::Schema schema;
  Settings settings;
  settings.declare(schema);
  typename App::Config service_config;
  service_config.declare(schema);
  if (auto done = answer_help(App::program, schema, argc, argv)) return *done;
  if (auto loaded = config::load(schema, config::process_sources(argc, argv)); !loaded)
    return report_configuration(App::program, loaded.error());
  Runtime runtime(settings);
  App app(service_config, runtime);
  Service* services[] = {&app};
  return run(runtime, settings, services);
}

}  // namespace pms::runtime
