// patient-service as a whole, on free ports and temporary files, with stand-ins for its
// neighbours.
#pragma once

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "app.hpp"
#include "clinic/permissions.hpp"
#include "component/billing_stand_in.hpp"
#include "database/database.hpp"
#include "messaging/event_log.hpp"
#include "testkit/services/api_client.hpp"
#include "testkit/services/token_issuer.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::patient {

/// A body for POST /patients; each field may be replaced.
struct PatientBody {
  std::string name = "Ana Lovelace";
  std::string email = "ana@example.com";
  std::string address = "1 High Street";
  std::string date_of_birth = "1985-06-15";
  std::string registered_date = "2024-02-29";

  std::string json() const;
};

class RunningService : public testing::Test {
 protected:
  RunningService();
  ~RunningService() override;

  /// Stops the service and starts it again on the same files.
  void restart();

  /// The id of a patient made now.
  std::string create(const PatientBody&);
  testkit::Answer post(const PatientBody& body, testkit::Fields fields = {}) {
    return client().post("/patients", body.json(), std::move(fields));
  }
  testkit::Answer get(const std::string& path, testkit::Fields fields = {}) {
    return client().get(path, std::move(fields));
  }

  /// A client of a user with the role CLINICIAN.
  testkit::ApiClient& client() { return *client_; }
  testkit::ApiClient client_of(clinic::Roles roles, const std::string& user_id = "another-user");
  std::string origin() const;
  const App& app() const { return *app_; }
  testkit::TokenIssuer& issuer() { return issuer_; }
  BillingStandIn& billing() { return billing_; }

  /// The answer of a query on the service's database: its first column.
  std::int64_t count(database::Statement);
  /// Changes the service's database behind its back.
  void write(database::Batch);
  /// All events of the topic, once there are `expected` of them.
  std::vector<messaging::StoredRecord> events(std::size_t expected);

  Config config_;

 private:
  void start();
  void stop();

  testkit::TemporaryFolder folder_;
  testkit::TokenIssuer issuer_;
  BillingStandIn billing_;
  testkit::TestLoop loop_;
  std::unique_ptr<runtime::Runtime> runtime_;
  std::unique_ptr<App> app_;
  std::unique_ptr<testkit::ApiClient> client_;
};

}  // namespace pms::patient
