// The properties of every process and of every listener.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "config/schema.hpp"
#include "http/server.hpp"
#include "messaging/event_log.hpp"

namespace pms::runtime {

/// Properties of every process, regardless of which services run in it.
struct Settings {
  std::uint32_t threads = 0;  ///< io threads; 0: one per core
  std::string log_level;
  std::string log_format;
  std::chrono::milliseconds drain_delay{0};
  std::chrono::milliseconds drain_timeout{25'000};
  void declare(config::Schema&);
};

/// The properties of the event log that patient changes travel through, which several services
/// share.
struct EventLogSettings {
  std::string url;
  std::chrono::milliseconds retention = messaging::TopicSettings().retention;
  messaging::EventLogOptions options;
  /// Declares events.url, events.retention and events.forget-groups-after.
  void declare(config::Schema&);
};

/// Where a service listens for clients and for its operators.
struct ListenSettings {
  std::string host;
  std::uint16_t port = 0;
  std::string management_host;
  std::uint16_t management_port = 0;
  /// Declares <prefix>.http.host, .http.port, .management.host and .management.port (default: http
  /// port + 100).
  void declare(config::Schema&, const std::string& prefix, std::uint16_t default_port);
  /// Returns the settings of the listener for clients, with the usual limits.
  http::ServerSettings for_clients(std::string_view service) const;
};

}  // namespace pms::runtime
