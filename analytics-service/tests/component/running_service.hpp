// Runs analytics-service as a whole on free ports and temporary files.
#pragma once

#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "app.hpp"
#include "messaging/event_log.hpp"
#include "testkit/services/api_client.hpp"
#include "testkit/services/token_issuer.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::analytics {

class RunningService : public testing::Test {
 protected:
  /// Starts the service for a clinic in this time zone.
  explicit RunningService(const std::string& time_zone = "UTC");
  ~RunningService() override;

  void start();
  void stop();

  /// Returns a record with a PatientEvent as patient-service publishes it.
  static messaging::Record event(const std::string& patient, std::string_view type, std::int64_t version,
                                 const std::string& registered_date = "2026-01-01");
  void publish(std::vector<messaging::Record>);
  /// Waits until this many events have been counted and returns the summary.
  boost::json::value summary_of(std::int64_t events);

  testkit::TemporaryFolder folder_;
  testkit::TokenIssuer issuer_;
  Config config_;
  std::unique_ptr<runtime::Runtime> runtime_;
  std::unique_ptr<App> app_;
  std::string origin_;
  std::unique_ptr<testkit::ApiClient> analyst_;
};

}  // namespace pms::analytics
