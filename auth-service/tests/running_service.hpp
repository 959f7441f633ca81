// auth-service as its clients see it: on free ports, with its database in a temporary folder.
#pragma once

#include <boost/json/value.hpp>
#include <string>

#include "administration.hpp"
#include "app.hpp"
#include "database/database.hpp"
#include "http/client.hpp"
#include "runtime/runtime.hpp"
#include "testkit/run_task.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::auth {

/// The defaults, but for free ports, a database in this folder and passwords that are cheap to hash.
Config test_config(const testkit::TemporaryFolder&);
runtime::Settings test_process();

struct Answer {
  int status = 0;
  boost::json::value body;
  http::ClientResponse response;
  /// Names of the fields that a problem complains of.
  std::vector<std::string> fields() const;
};

/// Open and serving until the object goes.
class RunningService {
 public:
  explicit RunningService(const Config&);
  ~RunningService();

  Answer get(const std::string& path, const std::string& token = {});
  Answer post(const std::string& path, const std::string& body, const std::string& media_type = "application/json");
  Answer post_as(const std::string& token, const std::string& path, const std::string& body);
  Answer log_in(const std::string& email, const std::string& password);
  /// On the management port.
  Answer manage(const std::string& path);
  std::string make_user(const std::string& email, const std::string& password, security::Roles);

  template <class T>
  T wait(core::Task<T> task) {
    return runtime_.wait(std::move(task));
  }

 private:
  Answer ask(http::ClientRequest);

  const Config config_;
  runtime::Runtime runtime_{test_process()};
  App app_;
  std::string address_;
  std::string management_address_;
};

/// A second connection to a service's database, to look into it and to change what no route changes yet.
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
