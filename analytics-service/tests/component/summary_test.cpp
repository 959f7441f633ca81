// Tests GET /summary of the whole service after events have been published.
#include <fmt/format.h>
#include <vector>

#include "component/running_service.hpp"

namespace pms::analytics {
namespace {

using TheSummary = RunningService;

TEST_F(TheSummary, IsZeroBeforeTheFirstEvent) {
  const auto answer = analyst_->get("/summary");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.response.body, R"({"patientsCreated":0,"patientsUpdated":0,"patientsDeleted":0,"activePatients":0,)"
                                  R"("eventsProcessed":0,"asOf":null})");
}

TEST_F(TheSummary, CountsEachEventOnceHoweverOftenItIsInTheLog) {
  std::vector<messaging::Record> run;
  for (int i = 0; i < 50; ++i) run.push_back(event(fmt::format("patient-{}", i), "PATIENT_CREATED", 1));
  run.push_back(event("patient-0", "PATIENT_UPDATED", 2));
  run.push_back(event("patient-1", "PATIENT_DELETED", 2));
  publish(run);
  publish(run);
  publish({event("patient-0", "PATIENT_UPDATED", 3)});
  const auto summary = summary_of(53);
  EXPECT_EQ(summary.at("patientsCreated"), 50);
  EXPECT_EQ(summary.at("patientsUpdated"), 2);
  EXPECT_EQ(summary.at("patientsDeleted"), 1);
  EXPECT_EQ(summary.at("activePatients"), 49);
  EXPECT_EQ(summary.at("eventsProcessed"), 53);
  EXPECT_EQ(summary.at("asOf"), "2026-01-01T12:00:03.000000Z");
}

TEST_F(TheSummary, GoesOnAfterAPoisonedEvent) {
  publish({event("patient-0", "PATIENT_CREATED", 1),
           {.key = "patient-0", .value = "nonsense", .headers = {}},
           event("patient-0", "PATIENT_MERGED", 2),
           event("patient-0", "PATIENT_UPDATED", 2)});
  const auto summary = summary_of(2);
  EXPECT_EQ(summary.at("patientsCreated"), 1);
  EXPECT_EQ(summary.at("patientsUpdated"), 1);
  EXPECT_EQ(summary.at("eventsProcessed"), 2);
}

TEST_F(TheSummary, IsKeptOverARestart) {
  publish({event("patient-0", "PATIENT_CREATED", 1)});
  summary_of(1);
  stop();
  start();
  publish({event("patient-1", "PATIENT_CREATED", 1)});
  EXPECT_EQ(summary_of(2).at("patientsCreated"), 2);
}

TEST_F(TheSummary, CountsAnEventWithoutAVersionOnce) {
  publish({event("patient-0", "PATIENT_CREATED", 0), event("patient-0", "PATIENT_UPDATED", 0)});
  summary_of(2);
  stop();
  start();
  publish({event("patient-1", "PATIENT_CREATED", 0)});
  const auto summary = summary_of(3);
  EXPECT_EQ(summary.at("patientsCreated"), 2);
  EXPECT_EQ(summary.at("patientsUpdated"), 1);
  EXPECT_EQ(summary.at("eventsProcessed"), 3);
}

}  // namespace
}  // namespace pms::analytics
