// Structured logs: JSON lines on stderr (readable lines on a terminal). They never contain a body,
// a token, a name or an e-mail address.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <variant>

#include "core/result.hpp"

namespace pms::telemetry {

enum class Level : std::uint8_t { debug, info, warning, error };

struct LogField {
  std::string_view key;
  std::variant<std::string_view, std::int64_t, double, bool> value;
};

/// Sets up the process's logger. `format` is "json", "text", or "auto" (text on a terminal). Call
/// it once, before anything is logged.
void start_logging(Level minimum, std::string_view format);

bool enabled(Level);

/// Writes one line: time, level, service, message, fields. `service` names the origin, e.g.
/// patient-service. Thread-safe.
void log(Level, std::string_view service, std::string_view message, std::initializer_list<LogField> fields = {});

core::Result<Level> parse_level(std::string_view);  ///< debug, info, warning, error

}  // namespace pms::telemetry
