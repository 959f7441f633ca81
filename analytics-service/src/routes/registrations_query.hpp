// Parses the query of GET /registrations.
#pragma once

#include <string_view>

#include "core/result.hpp"
#include "domain/registrations.hpp"

namespace pms::analytics {

/// Parses `interval` (day by default) and the inclusive dates `from` and `to`. By default, `to` is
/// today and `from` is the first of the 30 days or 12 months that end with `to`. Error: `invalid`,
/// which names every parameter that is unknown, duplicated or malformed, or `from` if the period
/// ends before it starts or has too many buckets.
core::Result<Period> read_period(std::string_view query, core::Date today);

}  // namespace pms::analytics
