#include "runtime/settings.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "runtime/engines.hpp"

namespace pms::runtime {

void Settings::declare(config::Schema& schema) {
  using namespace std::chrono_literals;
  schema.property("runtime.threads", &threads, std::uint32_t{0}, "Threads that serve connections; 0: one per core",
                  config::between<std::uint32_t>(0, 256));
  schema.property("log.level", &log_level, std::string("info"), "The lowest level that is logged",
                  config::one_of({"debug", "info", "warning", "error"}));
  schema.property("log.format", &log_format, std::string("auto"),
                  "Format of log lines; auto: text on a terminal, otherwise json",
                  config::one_of({"auto", "json", "text"}));
  schema.property("drain.delay", &drain_delay, std::chrono::milliseconds(0),
                  "How long connections are still accepted after SIGTERM or SIGHUP while /readyz already fails",
                  config::between<std::chrono::milliseconds>(0ms, 10min));
  schema.property("drain.timeout", &drain_timeout, std::chrono::milliseconds(25s),
                  "How long a stopping process waits for requests in flight and background tasks",
                  config::between<std::chrono::milliseconds>(0ms, 10min));
}

void EventLogSettings::declare(config::Schema& schema) {
  using namespace std::chrono_literals;
  schema.property("events.url", &url, std::string("embedded:var/events.db"),
                  "The event log that carries changes from one service to the others", event_log_url());
  schema.property("events.retention", &retention, retention,
                  "How long events are kept; longer for consumer groups that have not read them yet",
                  config::between<std::chrono::milliseconds>(1h, 24h * 3650));
  schema.property("events.forget-groups-after", &options.forget_groups_after, options.forget_groups_after,
                  "How long unread events are kept for a consumer group that is absent",
                  config::between<std::chrono::milliseconds>(1h, 24h * 3650));
}

void ListenSettings::declare(config::Schema& schema, const std::string& prefix, std::uint16_t default_port) {
  schema.property(prefix + ".http.host", &host, std::string("127.0.0.1"),
                  "Where to listen for clients; 0.0.0.0: on all addresses", config::listen_address());
  schema.property(prefix + ".http.port", &port, default_port, "TCP port for clients",
                  config::between<std::uint16_t>(1, 65535));
  schema.property(prefix + ".management.host", &management_host, std::string("127.0.0.1"),
                  "Where to listen for operators: /livez, /readyz, /metrics", config::listen_address());
  schema.property(prefix + ".management.port", &management_port, static_cast<std::uint16_t>(default_port + 100),
                  "TCP port for operators", config::between<std::uint16_t>(1, 65535));
}

http::ServerSettings ListenSettings::for_clients(std::string_view service) const {
  http::ServerSettings settings;
  settings.service = service;
  settings.host = host;
  settings.port = port;
  return settings;
}

}  // namespace pms::runtime
