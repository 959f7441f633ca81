// Runs auth-service on free ports, with its database in a temporary folder.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "administration.hpp"
#include "app.hpp"
#include "clinic/permissions.hpp"
#include "database/database.hpp"
#include "runtime/runtime.hpp"
#include "testkit/run_task.hpp"
#include "testkit/services/api_client.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::auth {

/// Returns the default properties, except for free ports, a database in this folder and passwords
/// that are cheap to hash.
Config test_config(const testkit::TemporaryFolder&);
runtime::Settings test_process();

/// Runs the service, which is open and serves requests until this object is destroyed.
class RunningService {
 public:
  explicit RunningService(const Config&);
  ~RunningService();

  testkit::Answer get(const std::string& path, const std::string& token = {});
  testkit::Answer post(const std::string& path, const std::string& body, const std::string& token = {});
  testkit::Answer send(const std::string& method, const std::string& path, const std::string& body,
                       const std::string& token);
  testkit::Answer post_of_type(const std::string& media_type, const std::string& path, const std::string& body);
  testkit::Answer log_in(const std::string& email, const std::string& password);
  const App& app() const { return app_; }
  /// Returns the origin of the clients' port: http://127.0.0.1:…
  const std::string& origin() const { return origin_; }
  /// Sends a request to the management port.
  testkit::Answer manage(const std::string& path);
  std::string make_user(const std::string& email, const std::string& password, clinic::Roles);

 private:
  const Config config_;
  runtime::Runtime runtime_{test_process()};
  App app_;
  std::string origin_;
  std::unique_ptr<testkit::ApiClient> client_;
  std::unique_ptr<testkit::ApiClient> operator_;
};

/// Returns a text member of a response.
std::string text(const testkit::Answer&, std::string_view name);

/// Opens a second connection to a service's database, for reading it and for changes that no route
/// can make.
class OpenDatabase {
 public:
  explicit OpenDatabase(const Config&);
  database::Rows query(const database::Statement&, database::Params = {});
  void change(const database::Statement&, database::Params = {});

 private:
  testkit::TestLoop loop_;
  std::unique_ptr<database::Database> database_;
};

}  // namespace pms::auth
