#include "telemetry/log.hpp"

#include <atomic>
#include <cstddef>
#include <cstdlib>
#include <fmt/format.h>
#include <string_view>
#include <unistd.h>

#include "core/clock.hpp"
#include "log_line.hpp"
#include "telemetry/log_writer.hpp"
#include "telemetry/metrics.hpp"

namespace pms::telemetry {
namespace {

enum class Format : std::uint8_t { json, text, coloured_text };

/// Several thousand lines: what a busy process logs in the second for which a reader hesitates.
constexpr std::size_t max_waiting_bytes = 4 << 20;
constexpr std::chrono::milliseconds flush_time_at_exit{1'000};

/// Constant-initialised, so that any code may log at any time.
struct Logger {
  std::atomic<Level> minimum{Level::info};
  std::atomic<Format> format{Format::json};
  /// Null until start_logging(): until then the thread that logs writes the line itself. The writer
  /// is never destroyed: threads of other libraries may log until the process ends.
  std::atomic<LogWriter*> writer{nullptr};
};

constinit Logger logger;

LogWriter* create_writer() {
  auto& dropped = counter("log_lines_dropped_total", "Log lines lost because stderr was not read or failed");
  auto* const writer = new LogWriter(STDERR_FILENO, max_waiting_bytes,
                                     [&dropped](std::size_t lines) { dropped.Increment(static_cast<double>(lines)); });
  std::atexit([] { flush_log(flush_time_at_exit); });
  return writer;
}

void write(fmt::memory_buffer& line) {
  line.push_back('\n');
  const std::string_view text(line.data(), line.size());
  if (LogWriter* const writer = logger.writer) {
    writer->write(text);
  } else {
    write_lines(STDERR_FILENO, text);
  }
}

Format format_named(std::string_view name) {
  const bool terminal = ::isatty(STDERR_FILENO) != 0;
  if (name == "text" || (name == "auto" && terminal)) return terminal ? Format::coloured_text : Format::text;
  return Format::json;
}

}  // namespace

void start_logging(Level minimum, std::string_view format) {
  logger.format = format_named(format);
  logger.minimum = minimum;
  static LogWriter* const writer = create_writer();
  logger.writer = writer;
}

bool enabled(Level level) { return level >= logger.minimum; }

void log(Level level, std::string_view service, std::string_view message, std::initializer_list<LogField> fields) {
  if (!enabled(level)) return;
  const LogLine line{core::system_clock().now(), level, service, message, fields};
  fmt::memory_buffer buffer;
  const Format format = logger.format;
  if (format == Format::json) {
    append_json(buffer, line);
  } else {
    append_text(buffer, line, format == Format::coloured_text);
  }
  write(buffer);
}

void print_to_stderr(std::string_view line) {
  fmt::memory_buffer buffer;
  buffer.append(line);
  write(buffer);
}

bool flush_log(std::chrono::milliseconds timeout) {
  LogWriter* const writer = logger.writer;
  return writer == nullptr || writer->flush(timeout);
}

core::Result<Level> parse_level(std::string_view name) {
  for (const Level level : {Level::debug, Level::info, Level::warning, Level::error})
    if (level_name(level) == name) return level;
  return core::fail(core::Errc::invalid, "must be debug, info, warning or error");
}

}  // namespace pms::telemetry
