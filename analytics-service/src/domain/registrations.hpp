// Counts the registrations of patients by day and combines the days into buckets. This file does no
// I/O.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/time.hpp"

namespace pms::analytics {

enum class Interval : std::uint8_t { day, month };
std::string_view to_string(Interval);  ///< "day" or "month"

/// Describes a period that includes both `from` and `to`; `from` is not after `to`.
struct Period {
  Interval interval = Interval::day;
  core::Date from;
  core::Date to;
};

/// Contains the registrations of one day, or of a bucket that starts with that day.
struct Registrations {
  core::Date from;
  std::int64_t count = 0;
};

constexpr std::int64_t max_buckets = 400;

/// Returns the number of days or calendar months of which at least one day is in the period.
std::int64_t bucket_count(const Period&);

/// Returns the first day of the 30 days, or of the 12 calendar months, that end with `to`.
core::Date usual_begin(Interval, core::Date to);

/// Returns every bucket of the period in ascending order, including empty ones. A bucket starts
/// with its first day that is in the period. `days` must be in the period and in ascending order.
std::vector<Registrations> buckets_of(const Period&, std::span<const Registrations> days);

}  // namespace pms::analytics
