#include "core/time.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <string>

namespace pms::core {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

const Timestamp moment = sys_days{2026y / February / 3} + 4h + 5min + 6s + 123456us;

TEST(FormatTimestamp, WritesUtcWithSixDigits) {
  EXPECT_EQ(format_timestamp(moment), "2026-02-03T04:05:06.123456Z");
  EXPECT_EQ(format_timestamp(Timestamp{}), "1970-01-01T00:00:00.000000Z");
  EXPECT_EQ(format_timestamp(Timestamp{-1us}), "1969-12-31T23:59:59.999999Z");
  EXPECT_EQ(format_timestamp(sys_days{2024y / February / 29}), "2024-02-29T00:00:00.000000Z");
}

TEST(FormatTimestamp, KeepsToTheYearsThatRfc3339CanWrite) {
  EXPECT_EQ(format_timestamp(Timestamp::min()), "0001-01-01T00:00:00.000000Z");
  EXPECT_EQ(format_timestamp(Timestamp::max()), "9999-12-31T23:59:59.999999Z");
}

TEST(ParseTimestamp, TakesAnyOffsetAndUpToNineDigits) {
  EXPECT_EQ(parse_timestamp("2026-02-03T04:05:06.123456Z"), moment);
  EXPECT_EQ(parse_timestamp("2026-02-03T06:35:06.123456+02:30"), moment);
  EXPECT_EQ(parse_timestamp("2026-02-02T23:05:06.123456-05:00"), moment);
  EXPECT_EQ(parse_timestamp("2026-02-03t04:05:06.123456z"), moment);
  EXPECT_EQ(parse_timestamp("2026-02-03T04:05:06.123456789Z"), moment);
  EXPECT_EQ(parse_timestamp("2026-02-03T04:05:06.1Z"), moment - 23456us);
  EXPECT_EQ(parse_timestamp("2026-02-03T04:05:06-00:00"), moment - 123456us);
}

TEST(ParseTimestamp, TakesALeapSecondWhereOneCanBe) {
  EXPECT_EQ(parse_timestamp("2016-12-31T23:59:60Z"), sys_days{2017y / January / 1});
  EXPECT_EQ(parse_timestamp("2017-01-01T00:59:60.5+01:00"), sys_days{2017y / January / 1} + 500ms);
  EXPECT_FALSE(parse_timestamp("2016-12-31T23:58:60Z"));
}

TEST(ParseTimestamp, RefusesWhatIsNotRfc3339) {
  for (const char* text :
       {"", "2026-02-03", "2026-02-03T04:05:06", "2026-02-03 04:05:06Z", "2026-02-03T04:05Z", "2026-02-30T04:05:06Z",
        "2026-02-03T24:00:00Z", "2026-02-03T04:60:06Z", "2026-02-03T04:05:61Z", "2026-02-03T04:05:06.Z",
        "2026-02-03T04:05:06.1234567890Z", "2026-02-03T04:05:06+2:30", "2026-02-03T04:05:06+24:00",
        "2026-02-03T04:05:06+0230", "2026-02-03T04:05:06Z ", "0000-01-01T00:00:00Z", "0001-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59-00:01", "+026-02-03T04:05:06Z"})
    EXPECT_FALSE(parse_timestamp(text)) << text;
}

TEST(Dates, AreReadAsTheyAreWritten) {
  EXPECT_EQ(format_date(850y / March / 9), "0850-03-09");
  EXPECT_EQ(parse_date("0850-03-09"), Date(850y / March / 9));
  EXPECT_EQ(parse_date("2024-02-29"), Date(2024y / February / 29));
}

TEST(Dates, RefuseOtherFormsAndDaysThatDoNotExist) {
  for (const char* text :
       {"", "2026-2-3", "2026-02-3", "26-02-03", "2026/02/03", "20260203", "2023-02-29", "2026-04-31", "2026-00-10",
        "2026-13-10", "2026-01-00", "0000-01-01", "2026-02-03T", " 2026-02-03", "-026-02-03", "2026-02-03 "})
    EXPECT_FALSE(parse_date(text)) << text;
}

TEST(TimeZones, GiveTheCalendarDayOfAMoment) {
  const auto berlin = TimeZone::load("Europe/Berlin");
  ASSERT_TRUE(berlin) << berlin.error().message;
  const Timestamp evening = sys_days{2026y / June / 30} + 22h;
  EXPECT_EQ(TimeZone::utc().date_of(evening), Date(2026y / June / 30));
  EXPECT_EQ(berlin->date_of(evening), Date(2026y / July / 1));  // summer: UTC+2
  EXPECT_EQ(berlin->date_of(evening - 1us), Date(2026y / June / 30));
  const auto los_angeles = TimeZone::load("America/Los_Angeles");
  ASSERT_TRUE(los_angeles) << los_angeles.error().message;
  EXPECT_EQ(los_angeles->date_of(sys_days{2026y / January / 1}), Date(2025y / December / 31));
}

TEST(TimeZones, HaveUtcByName) {
  const auto utc = TimeZone::load("UTC");
  ASSERT_TRUE(utc);
  EXPECT_EQ(utc->date_of(moment), Date(2026y / February / 3));
}

TEST(TimeZones, RefuseANameTheSystemDoesNotHave) {
  for (const char* name :
       {"Europe/Atlantis", "", "/usr/share/zoneinfo/Europe/Berlin", "../zoneinfo/Europe/Berlin", "file:UTC"}) {
    const auto zone = TimeZone::load(name);
    ASSERT_FALSE(zone) << name;
    EXPECT_EQ(zone.error().code, Errc::invalid);
    EXPECT_NE(zone.error().message.find("Europe/Berlin"), std::string::npos) << zone.error().message;
  }
}

}  // namespace
}  // namespace pms::core
