// Runs services as a process: configuration, start in steps, signals, and a shutdown within
// drain.timeout.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "config/load.hpp"
#include "config/schema.hpp"
#include "core/result.hpp"
#include "runtime/process.hpp"
#include "runtime/runtime.hpp"
#include "runtime/service.hpp"
#include "runtime/settings.hpp"

namespace pms::runtime {

/// Runs services until SIGTERM, SIGINT or SIGHUP (unless it is ignored, as under nohup): binds all,
/// opens all, starts all, waits, and drains them in order. `started` is called once every listener
/// accepts connections.
///
/// Returns the exit code: 0, 1 if a service could not be bound or opened, or 78 if the cause was an
/// `invalid` property. Each failure prints one line to stderr. If work is not finished within
/// drain.timeout, a line names it and the process ends with code 1; in that case this function does
/// not return, because the work may still refer to any object.
int run(Runtime&, const Settings&, std::span<Service* const>, const std::function<void()>& started = {});

/// The exit code for configuration errors: EX_CONFIG of sysexits.h.
constexpr int exit_configuration = 78;
/// Prints configuration errors to stderr. Returns exit_configuration.
int report_configuration(std::string_view program, const core::Error&);

/// Handles `--help` and `--version`. Returns an exit code if the process should end.
std::optional<int> answer_help(std::string_view program, const config::Schema&, int argc, const char* const* argv);

/// Implements main() of a service: reads the configuration and runs the app. App is a Service with
/// a nested Config {void declare(config::Schema&)}, a static `program` name and a constructor
/// App(Config, Runtime&).
template <class App>
int run_service(int argc, char** argv) {
  prepare_process();
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
