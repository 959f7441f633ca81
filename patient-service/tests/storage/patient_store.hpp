// A store of patients in a temporary file.
#pragma once

#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "application/request_origin.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "storage/sql_patients.hpp"
#include "testkit/fake_clock.hpp"
#include "testkit/run_task.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::patient {

class PatientStore : public testing::Test {
 protected:
  PatientStore();

  /// A patient made now, not stored yet.
  Patient patient(const std::string& name, const std::string& email) const;
  core::Result<> add(const Patient&, const IdempotencyKey* key = nullptr);
  core::Result<Patient> update(const std::string& id, const PatientUpdate&, const ExpectedVersions& expected = {});
  core::Result<Patient> remove(const std::string& id, const ExpectedVersions& expected = {});
  core::Result<Patient> find(const std::string& id);
  std::optional<Remembered> remembered(const IdempotencyKey&);
  std::vector<std::string> names(const Slice&);
  database::Rows rows(database::Statement, database::Params params = {});
  std::int64_t count(database::Statement statement) { return rows(statement).front().integer(0); }

  testkit::TestLoop loop_;  // first: the database posts to it until it is gone
  testkit::TemporaryFolder folder_;
  testkit::FakeClock clock_;
  const RequestOrigin origin_{.user_id = "user-1",
                              .token = "",
                              .request_id = "request-1",
                              .traceparent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"};
  std::unique_ptr<database::Database> database_;
  int committed_ = 0;
  std::optional<SqlPatients> patients_;
};

}  // namespace pms::patient
