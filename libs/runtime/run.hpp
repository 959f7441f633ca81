// Runs services as a process: configuration, start in steps, signals, and an end within drain.timeout.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string_view>

#include "config/load.hpp"
#include "config/schema.hpp"
#include "core/result.hpp"
#include "runtime/runtime.hpp"
#include "runtime/service.hpp"
#include "runtime/settings.hpp"

namespace pms::runtime {

/// Runs services until SIGTERM or SIGINT: binds all, opens all, starts all, waits, and drains them in order. `started`
/// is called once everything listens.
///
/// Returns the exit code: 0, 1 if something could not be bound or opened, or 78 if that was because of an `invalid`
/// property. Each failure prints one line to stderr. If work is not done within drain.timeout, a line names it and the
/// process ends with code 1; this function does not return then, because the work may still refer to anything.
int run(Runtime&, const Settings&, std::span<Service* const>, const std::function<void()>& started = {});

/// The exit code for errors of the configuration: EX_CONFIG of sysexits.h.
constexpr int exit_configuration = 78;
/// Prints errors of the configuration to stderr. Returns exit_configuration.
int report_configuration(std::string_view program, const core::Error&);

/// Answers `--help` and `--version`. Returns an exit code if the process is done.
std::optional<int> answer_help(std::string_view program, const config::Schema&, int argc, const char* const* argv);

/// The whole main of a service: reads the configuration and runs the app.
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
