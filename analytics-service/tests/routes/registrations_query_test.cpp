#include "routes/registrations_query.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

namespace pms::analytics {
namespace {

core::Date date(std::string_view text) { return core::parse_date(text).value(); }

std::string period_of(std::string_view query) {
  const auto period = read_period(query, date("2026-03-31"));
  if (!period) return period.error().message;
  return fmt::format("{} {} {}", to_string(period->interval), core::format_date(period->from),
                     core::format_date(period->to));
}

/// Returns the invalid parameters in the order in which they are reported.
std::vector<std::string> wrong_in(std::string_view query) {
  const auto period = read_period(query, date("2026-03-31"));
  std::vector<std::string> names;
  if (!period)
    for (const auto& field : period.error().fields) names.push_back(field.field);
  return names;
}

using Names = std::vector<std::string>;

TEST(ARegistrationsQuery, HasAPeriodByItself) {
  EXPECT_EQ(period_of(""), "day 2026-03-02 2026-03-31");
  EXPECT_EQ(period_of("interval=day"), "day 2026-03-02 2026-03-31");
  EXPECT_EQ(period_of("interval=month"), "month 2025-04-01 2026-03-31");
}

TEST(ARegistrationsQuery, BeginsAUsualTimeBeforeTheDayItIsToldToEndWith) {
  EXPECT_EQ(period_of("to=2024-03-01"), "day 2024-02-01 2024-03-01");
  EXPECT_EQ(period_of("to=2024-03-01&interval=month"), "month 2023-04-01 2024-03-01");
  EXPECT_EQ(period_of("to=0001-01-05"), "day 0001-01-01 0001-01-05");
  EXPECT_EQ(period_of("to=0001-01-05&interval=month"), "month 0001-01-01 0001-01-05");
}

TEST(ARegistrationsQuery, EndsTodayUnlessTold) { EXPECT_EQ(period_of("from=2026-03-31"), "day 2026-03-31 2026-03-31"); }

TEST(ARegistrationsQuery, MayAskForFourHundredBuckets) {
  EXPECT_EQ(wrong_in("from=2025-01-01&to=2026-02-04"), Names());
  EXPECT_EQ(wrong_in("from=2025-01-01&to=2026-02-05"), Names{"from"});
  EXPECT_EQ(wrong_in("interval=month&from=1993-01-31&to=2026-04-01"), Names());
  EXPECT_EQ(wrong_in("interval=month&from=1992-12-31&to=2026-04-01"), Names{"from"});
  EXPECT_EQ(wrong_in("from=0001-01-01&to=9999-12-31"), Names{"from"});
}

TEST(ARegistrationsQuery, SaysHowManyBucketsWouldBeRight) {
  EXPECT_EQ(period_of("from=2020-01-01&to=2026-01-01"),
            "from: must be closer to 2026-01-01, the last day: the period has 2193 days, and at most 400 are allowed");
}

TEST(ARegistrationsQuery, RefusesWhatIsNoDate) {
  for (const char* text : {"", "2026-02-30", "2026-2-3", "today", "2026-02-03T00:00:00Z", "20260203", "0000-01-01"}) {
    EXPECT_EQ(wrong_in(fmt::format("from={}", text)), Names{"from"}) << text;
    EXPECT_EQ(wrong_in(fmt::format("to={}", text)), Names{"to"}) << text;
  }
}

TEST(ARegistrationsQuery, RefusesAPeriodThatEndsBeforeItBegins) {
  EXPECT_EQ(wrong_in("from=2026-03-02&to=2026-03-01"), Names{"from"});
  EXPECT_EQ(period_of("from=2026-04-01"), "from: must not be after 2026-03-31, the last day");
}

TEST(ARegistrationsQuery, RefusesUnknownIntervals) {
  for (const char* name : {"", "week", "DAY", "year"})
    EXPECT_EQ(wrong_in(fmt::format("interval={}", name)), Names{"interval"}) << name;
}

TEST(ARegistrationsQuery, SaysAllThatIsWrongAtOnce) {
  EXPECT_EQ(wrong_in("interval=week&from=x&to=y"), (Names{"interval", "from", "to"}));
}

TEST(ARegistrationsQuery, RefusesUnknownParametersAndThoseGivenTwice) {
  EXPECT_EQ(wrong_in("by=day"), Names{"by"});
  EXPECT_EQ(wrong_in("From=2026-01-01"), Names{"From"});
  EXPECT_EQ(wrong_in("from=2026-01-01&from=2026-01-01"), Names{"from"});
}

}  // namespace
}  // namespace pms::analytics
