// The database port. Engines: sqlite/; postgresql/ follows. Nothing outside those folders knows which one it runs on;
// tests/conformance_*_test.cpp say in full what an engine must do.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/migration.hpp"
#include "database/statement.hpp"
#include "database/value.hpp"

namespace pms::database {

using core::Deadline;

/// Statements that run in order, all or none.
class Batch {
 public:
  struct Step {
    Statement statement;
    Params params;
  };
  Batch& add(const Statement& statement, Params params = {}) {
    steps_.push_back({statement, std::move(params)});
    return *this;
  }
  const std::vector<Step>& steps() const { return steps_; }
  std::size_t size() const { return steps_.size(); }

 private:
  std::vector<Step> steps_;
};

struct StatementResult {
  std::int64_t rows_affected = 0;  ///< 0 for a SELECT
  Rows rows;                       ///< of RETURNING (or of a SELECT in the batch)
};

using BatchResult = std::vector<StatementResult>;  ///< one per statement, in order

/// A relational database. Thread-safe; a coroutine resumes on the io_context it waited on, which must outlive the
/// database. Never waits on the calling thread, but for a statement marked `point_read`, which SQLite answers in place.
class Database {
 public:
  virtual ~Database() = default;

  /// Brings the schema up to the last of `migrations`. Blocks: for start-up, before io threads run. Each migration is
  /// recorded with a checksum of its text. Errors (`unavailable`, with one sentence for the operator): the schema is
  /// newer than this binary, a recorded migration has changed, the file is corrupt or can not be written.
  virtual core::Result<> migrate(std::span<const Migration> migrations) = 0;

  /// Runs one read-only statement. Errors: unavailable, deadline_exceeded.
  virtual core::Task<core::Result<Rows>> query(const Statement&, Params, Deadline) = 0;

  /// Runs the statements in order, all or none, durable when it returns, in one round trip. A batch can not branch:
  /// write a later statement so that it does nothing when an earlier one changed no row. It stops and rolls back at its
  /// first error. Errors: violation (message: `table.column[,column]`; of a CHECK its constraint's name; "foreign
  /// key"), storage_full, unavailable, deadline_exceeded; after the last two the batch may or may not have been
  /// committed.
  virtual core::Task<core::Result<BatchResult>> commit(Batch, Deadline) = 0;

  /// Makes a trivial read, of what is stored now: for /readyz. Error: `unavailable`, one sentence for the operator.
  virtual core::Task<core::Result<>> ready(Deadline) = 0;

  /// "sqlite" or "postgresql": for logs and metrics only.
  virtual std::string_view engine() const = 0;
};

struct Options {
  std::string service;  ///< for log lines and metrics
  std::chrono::milliseconds busy_timeout{5'000};
  std::size_t queue_limit = 4'096;  ///< batches waiting for the writer; more: unavailable with retry_after
};

}  // namespace pms::database
