#include "component/running_service.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

#include "clinic/permissions.hpp"
#include "core/deadline.hpp"
#include "patient/v1/patient_event.pb.h"

namespace pms::analytics {

RunningService::RunningService(const std::string& time_zone) {
  config_.listen = {.host = "127.0.0.1", .port = 0, .management_host = "127.0.0.1", .management_port = 0};
  config_.tokens = {
      .issuer = "pms", .audience = "pms", .jwks_url = issuer_.jwks_url(), .revocations_url = issuer_.revocations_url()};
  config_.database_url = "sqlite:" + (folder_ / "analytics.db").string();
  config_.events.url = "embedded:" + (folder_ / "events.db").string();
  config_.time_zone = time_zone;
  start();
}

RunningService::~RunningService() { stop(); }

void RunningService::start() {
  runtime_ = std::make_unique<runtime::Runtime>(runtime::Settings{.threads = 2});
  app_ = std::make_unique<App>(config_, *runtime_);
  if (auto bound = app_->bind(); !bound) throw std::runtime_error(bound.error().message);
  runtime_->start_threads();
  if (auto opened = app_->open(); !opened) throw std::runtime_error(opened.error().message);
  app_->start();
  const std::string listening = app_->listening().front();  // http 127.0.0.1:4002
  origin_ = "http://" + listening.substr(listening.find(' ') + 1);
  analyst_ = std::make_unique<testkit::ApiClient>(origin_, issuer_.token({clinic::Role::analyst}));
  while (analyst_->get("/summary").status == 503) std::this_thread::yield();  // until the key has been fetched
}

void RunningService::stop() {
  analyst_.reset();
  runtime_->wait(app_->drain(core::Deadline::after(std::chrono::seconds(5))));
  runtime_->stop_threads();
  app_.reset();
  runtime_.reset();
}

messaging::Record RunningService::event(const std::string& patient, std::string_view type, std::int64_t version,
                                        const std::string& registered_date) {
  ::patient::v1::PatientEvent event;
  event.set_patientid(patient);
  event.set_event_type(std::string(type));
  event.set_version(version);
  event.set_registered_date(registered_date);
  event.mutable_occurred_at()->set_seconds(1'767'268'800 + version);
  return {.key = patient, .value = event.SerializeAsString(), .headers = {}};
}

void RunningService::publish(std::vector<messaging::Record> records) {
  const auto log = runtime_->shared<messaging::EventLog>(
      config_.events.url, []() -> std::shared_ptr<messaging::EventLog> { throw std::runtime_error("no event log"); });
  const auto published = runtime_->wait(log->publish("patient", std::move(records), core::Deadline::never()));
  ASSERT_TRUE(published) << published.error().message;
}

boost::json::value RunningService::summary_of(std::int64_t events) {
  while (true) {
    auto summary = analyst_->get("/summary").json();
    if (summary.at("eventsProcessed").as_int64() >= events) return summary;
    std::this_thread::yield();
  }
}

}  // namespace pms::analytics
