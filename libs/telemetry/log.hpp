// Structured logs: JSON lines on stderr (readable lines on a terminal). Never a body, a token, a name or an e-mail.
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

/// Sets up the process's logger. `format`: "json", "text", or "auto" (text on a terminal). Call once, first.
void start_logging(Level minimum, std::string_view format);

bool enabled(Level);

/// One line: time, level, service, message, fields. Thread-safe. `service` names who speaks, as patient-service.
void log(Level, std::string_view service, std::string_view message, std::initializer_list<LogField> fields = {});

core::Result<Level> parse_level(std::string_view);  ///< debug, info, warning, error

}  // namespace pms::telemetry
