// What every engine must do, as tests that run on each: conformance_*_test.cpp. A new engine is one
// more line in conformance.cpp.
#pragma once

#include <cstdint>
#include <future>
#include <gtest/gtest.h>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"
#include "testkit/run_task.hpp"

namespace pms::database {

/// The location of one new database, which the destructor removes.
class Place {
 public:
  virtual ~Place() = default;
  /// Opens the database, and creates it if it does not exist.
  virtual core::Result<std::unique_ptr<Database>> open(Options) const = 0;
};

struct Engine {
  std::string name;
  std::unique_ptr<Place> (*make_place)();
  friend void PrintTo(const Engine& engine, std::ostream* out) { *out << engine.name; }
};

/// All of them: INSTANTIATE_TEST_SUITE_P(Engines, DatabaseConformance,
/// testing::ValuesIn(engines()), engine_name).
std::vector<Engine> engines();
std::string engine_name(const testing::TestParamInfo<Engine>&);

/// Returns the migrations of the tables that the tests use: patient, patient_history, position,
/// counter, sample.
std::span<const Migration> test_migrations();

/// These coroutines own their arguments, so that a test may start them and not wait for them.
core::Task<core::Result<Rows>> query(Database&, Statement, Params, Deadline);
core::Task<core::Result<BatchResult>> commit(Database&, Batch, Deadline);
core::Task<core::Result<>> ready(Database&, Deadline);

class DatabaseConformance : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override;

  /// Opens another object on the same database.
  std::unique_ptr<Database> open_again(Options = {.service = "test"});
  Database& database() { return *database_; }
  testkit::TestLoop& loop() { return loop_; }

  core::Result<Rows> try_query(const Statement&, Params = {}, Deadline = Deadline::never());
  core::Result<BatchResult> try_commit(Batch, Deadline = Deadline::never());
  /// The following functions wait for the database. An error of the database fails the test.
  Rows query_rows(const Statement&, Params = {});
  std::int64_t query_number(const Statement&, Params = {});
  BatchResult commit_all(Batch);
  StatementResult commit_one(const Statement&, Params = {});
  /// Returns the message of the violation with which the statement is rejected.
  std::string violation_of(const Statement&, Params = {});

  testkit::TestLoop loop_;  // declared before the database, so that it outlives it
  std::unique_ptr<Place> place_;
  std::unique_ptr<Database> database_;
};

constexpr Statement insert_patient(
    "INSERT INTO patient (id, email_key, name, version, change_id) VALUES ($1, $2, $3, 1, $4)");
constexpr Statement count_patients("SELECT count(*) FROM patient");

/// Returns the parameters of insert_patient.
Params patient(std::string id, std::string email_key);

}  // namespace pms::database
