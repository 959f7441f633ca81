// Structured logs: JSON lines on stderr (readable lines on a terminal). They never contain a body,
// a token, a name or an e-mail address. A thread of its own writes them, so that a stalled reader
// of stderr delays nothing: lines that find no room in the queue are dropped and counted in
// log_lines_dropped_total.
#pragma once

#include <chrono>
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

/// Sets up the process's logger and starts its thread. `format` is "json", "text", or "auto" (text
/// on a terminal). Lines logged earlier are written by the calling thread. Lines that are waiting
/// when the process exits are written, at most for one second; call flush_log() before
/// std::_Exit().
void start_logging(Level minimum, std::string_view format);

bool enabled(Level);

/// Writes one line: time, level, service, message, fields. `service` names the origin, e.g.
/// patient-service. Thread-safe.
void log(Level, std::string_view service, std::string_view message, std::initializer_list<LogField> fields = {});

/// Writes one line of plain text, in its order among the log lines: the reason why a process could
/// not start. Thread-safe.
void print_to_stderr(std::string_view line);

/// Waits until all earlier lines are written, at most for `timeout`. Returns whether they are.
/// Thread-safe.
bool flush_log(std::chrono::milliseconds timeout);

core::Result<Level> parse_level(std::string_view);  ///< debug, info, warning, error

}  // namespace pms::telemetry
