// The query of GET /registrations.
#pragma once

#include <string_view>

#include "core/result.hpp"
#include "domain/registrations.hpp"

namespace pms::analytics {

/// `interval` (day unless told), `from` and `to`, both inclusive: `to` is today and `from` the first of 30 days or 12
/// months unless told. Error: `invalid`, naming every parameter that is unknown, given twice, not understood, or that
/// makes the period end before it begins or have too many buckets.
core::Result<Period> read_period(std::string_view query, core::Date today);

}  // namespace pms::analytics
