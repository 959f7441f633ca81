#include "runtime/run.hpp"

#include <atomic>
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
#include "http/client.hpp"
#include "runtime/process.hpp"
#include "telemetry/log.hpp"
#include "telemetry/process.hpp"

namespace pms::runtime {
namespace {

namespace asio = boost::asio;

/// Ends the process at once, after its last log lines.
[[noreturn]] void exit_at_once() {
  telemetry::flush_log(std::chrono::seconds(1));
  std::_Exit(1);
}

/// Prints the error and returns the exit code. An `invalid` error is a mistake in the
/// configuration, such as a URL that no engine serves.
int fail(const Service& service, const core::Error& error) {
  telemetry::print_to_stderr(fmt::format("{}: {}", service.name(), error.message));
  return error.code == core::Errc::invalid ? exit_configuration : 1;
}

/// How long the coroutines have after drain.timeout to notice that it has passed.
constexpr std::chrono::milliseconds drain_grace{1'000};

/// Waits on the main thread for signals, and drains the services.
class Shutdown {
 public:
  Shutdown(Runtime& runtime, const Settings& settings, std::span<Service* const> services)
      : runtime_(runtime),
        settings_(settings),
        services_(services),
        signals_(loop_, SIGINT, SIGTERM),
        delay_(loop_),
        watchdog_(loop_) {
    if (!ignores_hangup()) signals_.add(SIGHUP);
  }

  /// Returns when everything has drained. A second signal ends the process at once, and so does
  /// work that is not finished within drain.timeout. This is safe, because acknowledged changes are
  /// stored, and necessary, because calls in progress may still refer to any object.
  void wait() {
    signals_.async_wait([this](boost::system::error_code error, int signal) {
      if (!error) begin(signal);
    });
    loop_.run();
    if (cut_off_) exit_at_once();
  }

 private:
  void begin(int signal) {
    telemetry::log(telemetry::Level::info, "runtime", "draining", {{"signal", std::int64_t{signal}}});
    runtime_.set_draining();
    signals_.async_wait([](boost::system::error_code error, int) {
      if (!error) exit_at_once();
    });
    delay_.expires_after(signal == SIGINT ? std::chrono::milliseconds(0) : settings_.drain_delay);
    delay_.async_wait([this](boost::system::error_code) { drain(); });
  }

  void drain() {
    const auto deadline = core::Deadline::after(settings_.drain_timeout);
    for (asio::io_context* io : runtime_.io()) http::stop_keeping_connections(*io);
    watchdog_.expires_at(deadline.time() + drain_grace);
    watchdog_.async_wait([this](boost::system::error_code error) {
      if (!error) give_up();
    });
    asio::co_spawn(runtime_.background(), drain_in_order(this, deadline),
                   [this](std::exception_ptr failure) { asio::post(loop_, [this, failure] { end(failure); }); });
    // The second wait on the signals keeps the loop running until the coroutine posts its end.
  }

  static core::Task<void> drain_in_order(Shutdown* self, core::Deadline deadline) {
    for (Service* service : self->services_) {
      self->draining_ = service;
      if (auto drained = co_await service->drain(deadline); !drained) {
        self->cut_off_ = true;
        report(*service, drained.error().message);
      }
    }
  }

  void end(std::exception_ptr failure) {
    signals_.cancel();
    watchdog_.cancel();
    if (failure) std::rethrow_exception(failure);
  }

  /// Ends the process if the io threads are stuck, or a part of a service ignores its deadline.
  void give_up() {
    if (const Service* service = draining_) report(*service, service->draining_part());
    exit_at_once();
  }

  static void report(const Service& service, std::string_view unfinished) {
    telemetry::log(telemetry::Level::error, service.name(), "work was cut off because it did not end in drain.timeout",
                   {{"unfinished", unfinished}});
  }

  Runtime& runtime_;
  const Settings& settings_;
  std::span<Service* const> services_;
  asio::io_context loop_{1};
  asio::signal_set signals_;
  asio::steady_timer delay_;
  asio::steady_timer watchdog_;
  std::atomic<const Service*> draining_{nullptr};
  std::atomic<bool> cut_off_{false};
};

int run_opened(Runtime& runtime, const Settings& settings, std::span<Service* const> services,
               const std::function<void()>& started) {
  for (Service* service : services)
    if (auto opened = service->open(); !opened) return fail(*service, opened.error());
  // Signals are caught before /readyz can report "ready", so that no signal ends the process
  // without a drain.
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
  std::signal(SIGPIPE, SIG_IGN);  // writing to a closed peer returns an error instead of ending the process
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
        "A property is set by flag, by environment variable (log.level: PMS_LOG_LEVEL) or in the YAML file;\n"
        "a flag takes precedence, then the environment.\n\n",
        program);
    for (const auto& property : schema.properties())
      fmt::print("  --{} ({}; default: {})\n      {}\n", property.key, property.type,
                 property.default_text.empty() ? "empty" : property.default_text, property.description);
    return 0;
  }
  return std::nullopt;
}

}  // namespace pms::runtime
