#include "domain/patient.hpp"

#include <chrono>
#include <gtest/gtest.h>
#include <string_view>

#include "clinic/calendar.hpp"
#include "testkit/fake_clock.hpp"

namespace pms::patient {
namespace {

core::Date date(std::string_view text) { return core::parse_date(text).value(); }

NewPatient ana() {
  NewPatient input;
  input.name = "Ana";
  input.email = "ana@example.com";
  input.address = "1 High Street";
  input.date_of_birth = date("1985-06-15");
  return input;
}

TEST(APatient, BeginsWithVersionOneOnTheDayOfRegistration) {
  const core::Timestamp now{std::chrono::seconds(1'000)};
  const Patient patient = Patient::registered(ana(), "id-1", now, date("2026-01-01"));
  EXPECT_EQ(patient.id, "id-1");
  EXPECT_EQ(patient.version, 1);
  EXPECT_EQ(patient.registered_date, date("2026-01-01"));
  EXPECT_EQ(patient.created_at, now);
  EXPECT_EQ(patient.updated_at, now);
}

TEST(APatient, KeepsTheRegisteredDateItIsGiven) {
  NewPatient input = ana();
  input.registered_date = date("1999-12-31");
  EXPECT_EQ(Patient::registered(input, "id-1", {}, date("2026-01-01")).registered_date, date("1999-12-31"));
}

TEST(TheClinic, HasItsOwnToday) {
  testkit::FakeClock clock;  // noon of 2026-01-01, UTC
  EXPECT_EQ(clinic::Calendar(clock, core::TimeZone::load("Pacific/Kiritimati").value()).today(), date("2026-01-02"));
  EXPECT_EQ(clinic::Calendar(clock, core::TimeZone::utc()).today(), date("2026-01-01"));
}

}  // namespace
}  // namespace pms::patient
