// How many patients were registered when: days and their counts, put together into buckets. No I/O here.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "core/time.hpp"

namespace pms::analytics {

enum class Interval : std::uint8_t { day, month };
std::string_view to_string(Interval);  ///< day, month

/// Both days belong to it; `from` is not after `to`.
struct Period {
  Interval interval = Interval::day;
  core::Date from;
  core::Date to;
};

/// One day's registrations, or those of a bucket that begins with that day.
struct Registrations {
  core::Date from;
  std::int64_t count = 0;
};

constexpr std::int64_t max_buckets = 400;

/// How many days or calendar months the period touches.
std::int64_t bucket_count(const Period&);

/// The first day of the 30 days, or of the 12 calendar months, that end with `to`.
core::Date usual_begin(Interval, core::Date to);

/// Every bucket of the period in order, empty ones included. A bucket begins with the first of its days that belongs to
/// the period. `days`, all of them in the period, are in order.
std::vector<Registrations> buckets_of(const Period&, std::span<const Registrations> days);

}  // namespace pms::analytics
