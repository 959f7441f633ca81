// Times (RFC 3339, UTC) and calendar dates (ISO 8601) as text, and the current date in a time zone.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/result.hpp"

namespace pms::core {

using Date = std::chrono::year_month_day;

/// Formats a time as 2026-02-03T04:05:06.123456Z: RFC 3339, always UTC and always six digits. Years
/// 0001 to 9999; a time outside becomes the first or the last of them.
std::string format_timestamp(Timestamp);
/// Parses RFC 3339 with any offset and up to nine digits (truncated to microseconds). Years 0001 to
/// 9999.
std::optional<Timestamp> parse_timestamp(std::string_view);

/// Formats a date as 2026-02-03. The date must exist, in the years 0001 to 9999.
std::string format_date(Date);
/// Parses exactly YYYY-MM-DD; the date must exist.
std::optional<Date> parse_date(std::string_view);

/// An IANA time zone, such as Europe/Berlin.
class TimeZone {
 public:
  /// Error: `invalid` if the system has no zone with this name.
  static Result<TimeZone> load(std::string_view name);
  static TimeZone utc();

  Date date_of(Timestamp) const;  ///< the calendar date of a point in time in this zone

 private:
  struct Data;
  explicit TimeZone(std::shared_ptr<const Data>);
  std::shared_ptr<const Data> data_;  // shared by copies; immutable
};

}  // namespace pms::core
