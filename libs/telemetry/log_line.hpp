// One log line as text, without its line feed: JSON for machines, columns for people.
#pragma once

#include <fmt/format.h>
#include <initializer_list>
#include <string_view>

#include "core/clock.hpp"
#include "telemetry/log.hpp"

namespace pms::telemetry {

/// What a line is made of.
struct LogLine {
  core::Timestamp time;
  Level level;
  std::string_view service;
  std::string_view message;
  std::initializer_list<LogField> fields;
};

std::string_view level_name(Level);

/// {"time":"2026-02-03T04:05:06.123Z","level":"info","service":"patient-service","message":"…","port":4000}
void append_json(fmt::memory_buffer&, const LogLine&);

/// 2026-02-03T04:05:06.123Z info    patient-service  …  port=4000
/// Control characters are escaped: logged text cannot control a terminal or fake a line.
void append_text(fmt::memory_buffer&, const LogLine&, bool coloured);

}  // namespace pms::telemetry
