#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "runtime/service.hpp"
#include "telemetry/log.hpp"
#include "telemetry/process.hpp"

namespace pms::runtime {
namespace {

namespace asio = boost::asio;

/// What the operator wrote is wrong (an address no engine serves): that is configuration too.
int fail(const Service& service, const core::Error& error) {
  fmt::print(stderr, "{}: {}\n", service.name(), error.message);
  return error.code == core::Errc::invalid ? exit_configuration : 1;
}

/// Waits on the main thread for what the operator and the orchestrator say.
class Shutdown {
 public:
  Shutdown(Runtime& runtime, const Settings& settings, std::span<Service* const> services)
      : runtime_(runtime), settings_(settings), services_(services), signals_(loop_, SIGINT, SIGTERM), delay_(loop_) {}

  /// Returns when everything is drained. A second signal ends the process where it stands: what was acknowledged is
  /// stored, and calls in flight may still refer to anything.
  void wait() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (!error) begin(signal);
    });
    loop_.run();
  }

 private:
  void begin(int signal) {
    telemetry::log(telemetry::Level::info, "runtime", "draining", {{"signal", std::int64_t{signal}}});
    runtime_.set_draining();
    signals_.async_wait([](boost::system::error_code error, int) {
      if (!error) std::_Exit(1);
    });
    delay_.expires_after(signal == SIGINT ? std::chrono::milliseconds(0) : settings_.drain_delay);
    delay_.async_wait([this](boost::system::error_code) { drain(); });
  }

  void drain() {
    auto deadline = core::Deadline::after(settings_.drain_timeout);
    asio::co_spawn(runtime_.background(), drain_in_order(services_, deadline), [this](std::exception_ptr failure) {
      asio::post(loop_, [this, failure] {
        signals_.cancel();
        if (failure) std::rethrow_exception(failure);
      });
    });
    // The loop has work until the coroutine posts its end: the second wait on the signals.
  }

  static core::Task<void> drain_in_order(std::span<Service* const> services, core::Deadline deadline) {
    for (Service* service : services) co_await service->drain(deadline);
  }

  Runtime& runtime_;
  const Settings& settings_;
  std::span<Service* const> services_;
  asio::io_context loop_{1};
  asio::signal_set signals_;
  asio::steady_timer delay_;
};

int run_opened(Runtime& runtime, const Settings& settings, std::span<Service* const> services,
               const std::function<void()>& started) {
  for (Service* service : services)
    if (auto opened = service->open(); !opened) return fail(*service, opened.error());
  // Listens for signals before a probe can say "ready", so that none ends the process undrained.
  Shutdown shutdown(runtime, settings, services);
  for (Service* service : services) service->start();
  for (Service* service : services)
    for (const std::string& address : service->listening())
      telemetry::log(telemetry::Level::info, service->name(), "listening", {{"address", std::string_view(address)}});
  if (started) started();
  shutdown.wait();
  return 0;
}

}  // namespace

int run(Runtime& runtime, const Settings& settings, std::span<Service* const> services,
        const std::function<void()>& started) {
  std::signal(SIGPIPE, SIG_IGN);  // a closed peer is an error of the write, not the end of the process
  allow_many_descriptors();
  telemetry::start_logging(telemetry::parse_level(settings.log_level).value_or(telemetry::Level::info),
                           settings.log_format);
  telemetry::describe_process(PMS_VERSION);
  for (Service* service : services)
    if (auto bound = service->bind(); !bound) return fail(*service, bound.error());
  runtime.start_threads();
  const int code = run_opened(runtime, settings, services, started);
  runtime.stop_threads();
  return code;
}

int report_configuration(std::string_view program, const core::Error& error) {
  if (error.fields.empty()) fmt::print(stderr, "{}: configuration: {}\n", program, error.message);
  for (const auto& field : error.fields)
    fmt::print(stderr, "{}: configuration: {}: {}\n", program, field.field, field.message);
  return exit_configuration;
}

std::optional<int> answer_help(std::string_view program, const config::Schema& schema, int argc,
                               const char* const* argv) {
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--version") {
      fmt::print("{} {}\n", program, PMS_VERSION);
      return 0;
    }
    if (argument != "--help" && argument != "-h") continue;
    fmt::print(
        "Usage: {} [--config FILE] [--PROPERTY VALUE]...\n\n"
        "A property is set by flag, by environment variable (patient.http.port: PMS_PATIENT_HTTP_PORT) or in the\n"
        "YAML file; the flag wins, then the environment.\n\n",
        program);
    for (const auto& property : schema.properties())
      fmt::print("  --{} ({}; default: {})\n      {}\n", property.key, property.type,
                 property.default_text.empty() ? "empty" : property.default_text, property.description);
    return 0;
  }
  return std::nullopt;
}

}  // namespace pms::runtime
