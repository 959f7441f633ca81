#include "telemetry/log.hpp"

#include <atomic>
#include <fmt/format.h>
#include <memory>
#include <spdlog/formatter.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <unistd.h>

#include "core/clock.hpp"
#include "log_line.hpp"

namespace pms::telemetry {
namespace {

enum class Format : std::uint8_t { json, text, coloured_text };

/// The line is complete before spdlog sees it; this adds the line end.
class Verbatim : public spdlog::formatter {
 public:
  void format(const spdlog::details::log_msg& message, spdlog::memory_buf_t& out) override {
    out.append(message.payload.begin(), message.payload.end());
    out.push_back('\n');
  }
  std::unique_ptr<spdlog::formatter> clone() const override { return std::make_unique<Verbatim>(); }
};

struct Logger {
  Logger() : sink(std::make_shared<spdlog::sinks::stderr_sink_mt>()), spdlog("pms", sink) {
    spdlog.set_formatter(std::make_unique<Verbatim>());
    spdlog.set_level(spdlog::level::info);
  }

  std::shared_ptr<spdlog::sinks::stderr_sink_mt> sink;
  spdlog::logger spdlog;
  std::atomic<Format> format{Format::json};
};

/// The logger is never destroyed: threads of other libraries may log until the process ends.
Logger& logger() {
  static auto* const logger = new Logger;
  return *logger;
}

spdlog::level::level_enum to_spdlog(Level level) {
  switch (level) {
    case Level::debug:
      return spdlog::level::debug;
    case Level::info:
      return spdlog::level::info;
    case Level::warning:
      return spdlog::level::warn;
    case Level::error:
      return spdlog::level::err;
  }
  return spdlog::level::off;
}

Format format_named(std::string_view name) {
  const bool terminal = ::isatty(STDERR_FILENO) != 0;
  if (name == "text" || (name == "auto" && terminal)) return terminal ? Format::coloured_text : Format::text;
  return Format::json;
}

}  // namespace

void start_logging(Level minimum, std::string_view format) {
  logger().format = format_named(format);
  logger().spdlog.set_level(to_spdlog(minimum));
}

bool enabled(Level level) { return logger().spdlog.should_log(to_spdlog(level)); }

void log(Level level, std::string_view service, std::string_view message, std::initializer_list<LogField> fields) {
  if (!enabled(level)) return;
  const LogLine line{core::system_clock().now(), level, service, message, fields};
  fmt::memory_buffer buffer;
  const Format format = logger().format;
  if (format == Format::json) {
    append_json(buffer, line);
  } else {
    append_text(buffer, line, format == Format::coloured_text);
  }
  logger().spdlog.log(to_spdlog(level), spdlog::string_view_t(buffer.data(), buffer.size()));
}

core::Result<Level> parse_level(std::string_view name) {
  for (const Level level : {Level::debug, Level::info, Level::warning, Level::error})
    if (level_name(level) == name) return level;
  return core::fail(core::Errc::invalid, "must be debug, info, warning or error");
}

}  // namespace pms::telemetry
