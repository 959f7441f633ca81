#include "telemetry/log_line.hpp"

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <variant>

#include "core/time.hpp"
#include "json/escape.hpp"

namespace pms::telemetry {
namespace {

void append(fmt::memory_buffer& out, std::string_view text) { json::append_plain(out, text); }
void append_escaped(fmt::memory_buffer& out, std::string_view text) { json::append_escaped_for_terminal(out, text); }

/// RFC 3339 in UTC, to the millisecond.
void append_time(fmt::memory_buffer& out, core::Timestamp time) {
  constexpr std::size_t up_to_milliseconds = 23;
  append(out, std::string_view(core::format_timestamp(time)).substr(0, up_to_milliseconds));
  out.push_back('Z');
}

void append_quoted(fmt::memory_buffer& out, std::string_view text) {
  out.push_back('"');
  append_escaped(out, text);
  out.push_back('"');
}

void append_number(fmt::memory_buffer& out, double value) {
  if (std::isfinite(value)) {
    fmt::format_to(fmt::appender(out), "{:.6g}", value);
  } else {
    append(out, "null");  // JSON has no other word for it
  }
}
void append_number(fmt::memory_buffer& out, std::int64_t value) { fmt::format_to(fmt::appender(out), "{}", value); }
void append_number(fmt::memory_buffer& out, bool value) { append(out, value ? "true" : "false"); }

/// `text` writes a string; everything else looks the same in both formats.
template <class Text>
void append_value(fmt::memory_buffer& out, const LogField& field, Text text) {
  std::visit(
      [&](auto value) {
        if constexpr (std::is_same_v<decltype(value), std::string_view>) {
          text(out, value);
        } else {
          append_number(out, value);
        }
      },
      field.value);
}

/// Quoted only where a reader could not tell its ends.
void append_word(fmt::memory_buffer& out, std::string_view text) {
  const bool plain = !text.empty() && text.find_first_of(" =\"") == text.npos;
  plain ? append_escaped(out, text) : append_quoted(out, text);
}

std::string_view colour(Level level) {
  switch (level) {
    case Level::debug:
      return "\x1b[2m";
    case Level::info:
      return "\x1b[32m";
    case Level::warning:
      return "\x1b[33m";
    case Level::error:
      return "\x1b[31m";
  }
  return "";
}

}  // namespace

std::string_view level_name(Level level) {
  switch (level) {
    case Level::debug:
      return "debug";
    case Level::info:
      return "info";
    case Level::warning:
      return "warning";
    case Level::error:
      return "error";
  }
  return "unknown";
}

void append_json(fmt::memory_buffer& out, const LogLine& line) {
  append(out, R"({"time":")");
  append_time(out, line.time);
  append(out, R"(","level":")");
  append(out, level_name(line.level));
  append(out, R"(","service":)");
  append_quoted(out, line.service);
  append(out, R"(,"message":)");
  append_quoted(out, line.message);
  for (const LogField& field : line.fields) {
    out.push_back(',');
    append_quoted(out, field.key);
    out.push_back(':');
    append_value(out, field, append_quoted);
  }
  out.push_back('}');
}

void append_text(fmt::memory_buffer& out, const LogLine& line, bool coloured) {
  append_time(out, line.time);
  out.push_back(' ');
  if (coloured) append(out, colour(line.level));
  fmt::format_to(fmt::appender(out), "{:<7}", level_name(line.level));
  if (coloured) append(out, "\x1b[0m");
  fmt::format_to(fmt::appender(out), " {:<17} ", line.service);
  append_escaped(out, line.message);
  for (const LogField& field : line.fields) {
    append(out, "  ");
    append_escaped(out, field.key);
    out.push_back('=');
    append_value(out, field, append_word);
  }
}

}  // namespace pms::telemetry
