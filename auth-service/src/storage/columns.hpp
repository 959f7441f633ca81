// How the values of the domain are stored in columns.
#pragma once

#include <cstdint>
#include <optional>

#include "core/clock.hpp"
#include "database/value.hpp"

namespace pms::auth {

inline std::int64_t to_column(core::Timestamp time) { return time.time_since_epoch().count(); }
inline core::Timestamp to_time(std::int64_t column) { return core::Timestamp(std::chrono::microseconds(column)); }
inline std::optional<core::Timestamp> to_optional_time(const database::Row& row, std::size_t column) {
  if (row.is_null(column)) return std::nullopt;
  return to_time(row.integer(column));
}
inline std::int64_t to_column(bool value) { return value ? 1 : 0; }

}  // namespace pms::auth
