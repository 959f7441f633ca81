// Tests GET /registrations from events to buckets.
#include <string>
#include <vector>

#include "component/running_service.hpp"
#include "core/time.hpp"

namespace pms::analytics {
namespace {

class TheRegistrations : public RunningService {
 protected:
  explicit TheRegistrations(const std::string& time_zone = "UTC") : RunningService(time_zone) {}

  std::string get(const std::string& query) {
    const auto answer = analyst_->get("/registrations?" + query);
    EXPECT_EQ(answer.status, 200) << answer.response.body;
    return answer.response.body;
  }
};

TEST_F(TheRegistrations, AreCountedByDayWithEmptyDaysToo) {
  publish({event("a", "PATIENT_CREATED", 1, "2026-02-27"), event("b", "PATIENT_CREATED", 1, "2026-03-01"),
           event("c", "PATIENT_CREATED", 1, "2026-03-01"), event("d", "PATIENT_CREATED", 1, "2026-03-03")});
  summary_of(4);
  EXPECT_EQ(get("interval=day&from=2026-02-27&to=2026-03-02"),
            R"({"interval":"day","buckets":[{"from":"2026-02-27","count":1},{"from":"2026-02-28","count":0},)"
            R"({"from":"2026-03-01","count":2},{"from":"2026-03-02","count":0}]})");
}

TEST_F(TheRegistrations, AreCountedByCalendarMonth) {
  publish({event("a", "PATIENT_CREATED", 1, "2025-12-31"), event("b", "PATIENT_CREATED", 1, "2026-02-01"),
           event("c", "PATIENT_CREATED", 1, "2026-02-28")});
  summary_of(3);
  EXPECT_EQ(get("interval=month&from=2025-12-01&to=2026-02-28"),
            R"({"interval":"month","buckets":[{"from":"2025-12-01","count":1},{"from":"2026-01-01","count":0},)"
            R"({"from":"2026-02-01","count":2}]})");
}

TEST_F(TheRegistrations, OfAPeriodThatBeginsOrEndsWithinAMonthAreThoseOfThePeriod) {
  publish({event("a", "PATIENT_CREATED", 1, "2026-01-14"), event("b", "PATIENT_CREATED", 1, "2026-01-15"),
           event("c", "PATIENT_CREATED", 1, "2026-02-10"), event("d", "PATIENT_CREATED", 1, "2026-02-11")});
  summary_of(4);
  EXPECT_EQ(get("interval=month&from=2026-01-15&to=2026-02-10"),
            R"({"interval":"month","buckets":[{"from":"2026-01-15","count":1},{"from":"2026-02-01","count":1}]})");
}

TEST_F(TheRegistrations, MoveWithThePatientsDate) {
  publish({event("a", "PATIENT_CREATED", 1, "2026-01-01"), event("a", "PATIENT_UPDATED", 2, "2026-01-02")});
  summary_of(2);
  publish({event("a", "PATIENT_CREATED", 1, "2026-01-01"), event("b", "PATIENT_CREATED", 1, "2026-01-01")});
  summary_of(3);
  EXPECT_EQ(get("from=2026-01-01&to=2026-01-02"),
            R"({"interval":"day","buckets":[{"from":"2026-01-01","count":1},{"from":"2026-01-02","count":1}]})");
}

TEST_F(TheRegistrations, StayWhenThePatientIsDeleted) {
  publish({event("a", "PATIENT_CREATED", 1, "2026-01-01"), event("a", "PATIENT_DELETED", 2, "2026-01-01")});
  summary_of(2);
  EXPECT_EQ(get("from=2026-01-01&to=2026-01-01"), R"({"interval":"day","buckets":[{"from":"2026-01-01","count":1}]})");
}

TEST_F(TheRegistrations, OfAPatientWithoutADateAreInNoBucket) {
  publish({event("a", "PATIENT_CREATED", 0, "")});
  EXPECT_EQ(summary_of(1).at("patientsCreated"), 1);
  EXPECT_EQ(get("from=2026-01-01&to=2026-01-01"), R"({"interval":"day","buckets":[{"from":"2026-01-01","count":0}]})");
}

TEST_F(TheRegistrations, OfAMisstatedPeriodAreRefused) {
  const auto answer = analyst_->get("/registrations?interval=week&from=2026-02-30");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.problem_fields(), (std::vector<std::string>{"from", "interval"}));
}

/// Runs a clinic whose current date always differs from that of a clinic in the far west.
class TheRegistrationsInTheFarEast : public TheRegistrations {
 protected:
  TheRegistrationsInTheFarEast() : TheRegistrations("Pacific/Kiritimati") {}  // UTC+14
};
class TheRegistrationsInTheFarWest : public TheRegistrations {
 protected:
  TheRegistrationsInTheFarWest() : TheRegistrations("Etc/GMT+12") {}  // UTC-12
};

/// Expects 30 buckets by day that end with today, as in the response to a request without a period.
void expect_last_thirty_days(const boost::json::value& answer, const std::string& zone, core::Timestamp before) {
  const auto clinic = core::TimeZone::load(zone).value();
  const auto& buckets = answer.at("buckets").as_array();
  EXPECT_EQ(answer.at("interval"), "day");
  ASSERT_EQ(buckets.size(), 30U);
  const std::string today(buckets.back().at("from").as_string());
  EXPECT_GE(today, core::format_date(clinic.date_of(before)));
  EXPECT_LE(today, core::format_date(clinic.date_of(core::system_clock().now())));
}

TEST_F(TheRegistrationsInTheFarEast, EndWithTodayThere) {
  const auto before = core::system_clock().now();
  expect_last_thirty_days(analyst_->get("/registrations").json(), "Pacific/Kiritimati", before);
}

TEST_F(TheRegistrationsInTheFarWest, EndWithTodayThere) {
  const auto before = core::system_clock().now();
  expect_last_thirty_days(analyst_->get("/registrations").json(), "Etc/GMT+12", before);
}

}  // namespace
}  // namespace pms::analytics
