// How values of the domain are stored in columns, the same on every engine: times as microseconds
// since 1970 UTC, dates as ISO 8601 text, booleans as 0 or 1, absent values as NULL. Row
// (value.hpp) reads them back.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/time.hpp"
#include "database/value.hpp"

namespace pms::database {

inline std::int64_t to_column(core::Timestamp time) { return time.time_since_epoch().count(); }
inline std::int64_t to_column(bool value) { return value ? 1 : 0; }
inline std::string to_column(core::Date date) { return core::format_date(date); }
inline std::string to_column(std::string text) { return text; }

/// Returns NULL if there is no value.
template <class T>
Value to_column(const std::optional<T>& value) {
  return value ? Value(to_column(*value)) : Value(Null());
}

}  // namespace pms::database
