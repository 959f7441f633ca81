#include "domain/registrations.hpp"

#include <algorithm>
#include <chrono>

namespace pms::analytics {
namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month;

constexpr days usual_days{30};
constexpr months usual_months{12};
constexpr core::Date first_date{std::chrono::year(1), std::chrono::January, std::chrono::day(1)};

year_month month_of(core::Date date) { return {date.year(), date.month()}; }

/// Returns the first day after the bucket that contains `date`.
core::Date next_begin(Interval interval, core::Date date) {
  if (interval == Interval::day) return sys_days(date) + days(1);
  return (month_of(date) + months(1)) / std::chrono::day(1);
}

}  // namespace

std::string_view to_string(Interval interval) { return interval == Interval::day ? "day" : "month"; }

std::int64_t bucket_count(const Period& period) {
  if (period.interval == Interval::day) return (sys_days(period.to) - sys_days(period.from)).count() + 1;
  return (month_of(period.to) - month_of(period.from)).count() + 1;
}

core::Date usual_begin(Interval interval, core::Date to) {
  const core::Date begin = interval == Interval::day ? core::Date(sys_days(to) - usual_days + days(1))
                                                     : (month_of(to) - usual_months + months(1)) / std::chrono::day(1);
  return std::max(begin, first_date);
}

std::vector<Registrations> buckets_of(const Period& period, std::span<const Registrations> days) {
  std::vector<Registrations> buckets;
  auto day = days.begin();
  for (core::Date from = period.from; from <= period.to; from = next_begin(period.interval, from)) {
    Registrations bucket{.from = from};
    const core::Date end = next_begin(period.interval, from);
    for (; day != days.end() && day->from < end; ++day) bucket.count += day->count;
    buckets.push_back(bucket);
  }
  return buckets;
}

}  // namespace pms::analytics
