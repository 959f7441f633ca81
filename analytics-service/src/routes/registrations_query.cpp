#include "routes/registrations_query.hpp"

#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <optional>

#include "core/violations.hpp"
#include "http/message.hpp"

namespace pms::analytics {
namespace {

Interval read_interval(const http::Query& query, core::Violations& violations) {
  const std::string_view name = query.find("interval").value_or("day");
  for (const Interval interval : {Interval::day, Interval::month})
    if (to_string(interval) == name) return interval;
  violations.add("interval", "must be day or month");
  return Interval::day;
}

std::optional<core::Date> read_date(const http::Query& query, const char* name, core::Violations& violations) {
  const auto text = query.find(name);
  if (!text) return std::nullopt;
  auto date = core::parse_date(*text);
  if (!date) violations.add(name, "must be a valid date, e.g. 2026-02-03");
  return date;
}

core::Result<> check(const Period& period) {
  if (period.from > period.to)
    return core::fail_field("from", fmt::format("must not be after {}, the last day", core::format_date(period.to)));
  if (const std::int64_t buckets = bucket_count(period); buckets > max_buckets)
    return core::fail_field(
        "from", fmt::format("must be closer to {}, the last day: the period has {} {}s, and at most {} "
                            "are allowed",
                            core::format_date(period.to), buckets, to_string(period.interval), max_buckets));
  return {};
}

}  // namespace

core::Result<Period> read_period(std::string_view text, core::Date today) {
  const auto query = http::Query::parse(text);
  if (!query) return std::unexpected(query.error());
  if (auto known = query->only({"interval", "from", "to"}); !known) return std::unexpected(std::move(known.error()));

  core::Violations violations;
  const Interval interval = read_interval(*query, violations);
  const auto from = read_date(*query, "from", violations);
  const auto to = read_date(*query, "to", violations);
  if (auto read = violations.result(); !read) return std::unexpected(std::move(read.error()));

  Period period{.interval = interval, .from = {}, .to = to.value_or(today)};
  period.from = from.value_or(usual_begin(interval, period.to));
  if (auto checked = check(period); !checked) return std::unexpected(std::move(checked.error()));
  return period;
}

}  // namespace pms::analytics
