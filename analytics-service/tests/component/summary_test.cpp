// analytics-service as a whole: events in, GET /summary out.
#include <gtest/gtest.h>

#include "app.hpp"
#include "messaging/event_log.hpp"
#include "patient/v1/patient_event.pb.h"
#include "testkit/api_client.hpp"
#include "testkit/temporary_folder.hpp"
#include "testkit/token_issuer.hpp"

namespace pms::analytics {
namespace {

using security::Role;

class TheSummary : public testing::Test {
 protected:
  TheSummary() {
    config_.listen = {.host = "127.0.0.1", .port = 0, .management_host = "127.0.0.1", .management_port = 0};
    config_.tokens = {.issuer = "pms",
                      .audience = "pms",
                      .jwks_url = issuer_.jwks_url(),
                      .revocations_url = issuer_.revocations_url()};
    config_.database_url = "sqlite:" + (folder_ / "analytics.db").string();
    config_.events_url = "embedded:" + (folder_ / "events.db").string();
    config_.time_zone = "UTC";
    start();
  }
  ~TheSummary() override { stop(); }

  void start() {
    runtime_ = std::make_unique<runtime::Runtime>(runtime::Settings{.threads = 2});
    app_ = std::make_unique<App>(config_, *runtime_);
    if (auto bound = app_->bind(); !bound) throw std::runtime_error(bound.error().message);
    runtime_->start_threads();
    if (auto opened = app_->open(); !opened) throw std::runtime_error(opened.error().message);
    app_->start();
    const std::string listening = app_->listening().front();  // http 127.0.0.1:4002
    origin_ = "http://" + listening.substr(listening.find(' ') + 1);
    analyst_ = std::make_unique<testkit::ApiClient>(origin_, issuer_.token({Role::analyst}));
    while (analyst_->get("/summary").status == 503) std::this_thread::yield();  // until the key has been fetched
  }

  void stop() {
    analyst_.reset();
    runtime_->wait(app_->drain(resilience::Deadline::after(std::chrono::seconds(5))));
    runtime_->stop_threads();
    app_.reset();
    runtime_.reset();
  }

  static messaging::Record event(const std::string& patient, std::string_view type, std::int64_t version) {
    ::patient::v1::PatientEvent event;
    event.set_patientid(patient);
    event.set_event_type(std::string(type));
    event.set_version(version);
    event.set_registered_date("2026-01-01");
    event.mutable_occurred_at()->set_seconds(1'767'268'800 + version);
    return {.key = patient, .value = event.SerializeAsString(), .headers = {}};
  }

  void publish(std::vector<messaging::Record> records) {
    const auto log = runtime_->shared<messaging::EventLog>(
        config_.events_url, []() -> std::shared_ptr<messaging::EventLog> { throw std::runtime_error("no event log"); });
    const auto published = runtime_->wait(log->publish("patient", std::move(records), resilience::Deadline::never()));
    ASSERT_TRUE(published) << published.error().message;
  }

  /// The summary once this many events are in it.
  boost::json::value summary_of(std::int64_t events) {
    while (true) {
      auto summary = analyst_->get("/summary").json();
      if (summary.at("eventsProcessed").as_int64() >= events) return summary;
      std::this_thread::yield();
    }
  }

  testkit::TemporaryFolder folder_;
  testkit::TokenIssuer issuer_;
  Config config_;
  std::unique_ptr<runtime::Runtime> runtime_;
  std::unique_ptr<App> app_;
  std::string origin_;
  std::unique_ptr<testkit::ApiClient> analyst_;
};

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

TEST_F(TheSummary, IsForThoseWhoMayReadAnalytics) {
  const std::map<Role, int> expected = {{Role::admin, 200},   {Role::clinician, 403}, {Role::receptionist, 403},
                                        {Role::billing, 403}, {Role::analyst, 200},   {Role::auditor, 200}};
  for (const auto& [role, status] : expected) {
    testkit::ApiClient caller(origin_, issuer_.token({role}));
    EXPECT_EQ(caller.get("/summary").status, status) << security::to_string(role);
  }
  testkit::ApiClient nobody(origin_, "");
  EXPECT_EQ(nobody.get("/summary").status, 401);
}

}  // namespace
}  // namespace pms::analytics
