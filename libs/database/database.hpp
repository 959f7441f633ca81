// The database port. Engines: sqlite/; postgresql/ will follow. Code outside those folders does not
// know which engine it uses; tests/conformance_*_test.cpp specify in full what an engine must do.
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
  Rows rows;                       ///< from RETURNING (or from a SELECT in the batch)
};

using BatchResult = std::vector<StatementResult>;  ///< one per statement, in order

/// A relational database. Thread-safe. A coroutine resumes on the io_context on which it waited,
/// which must outlive the database. No call blocks the calling thread, except that SQLite executes
/// a statement marked `point_read` in place.
class Database {
 public:
  virtual ~Database() = default;

  /// Brings the schema up to the last of `migrations`. Blocks: for start-up, before the I/O
  /// threads run. Each migration is recorded with a checksum of its text. Errors (`unavailable`,
  /// with one sentence for the operator): the schema is newer than this binary, a recorded
  /// migration has changed, the file is corrupt or cannot be written.
  virtual core::Result<> migrate(std::span<const Migration> migrations) = 0;

  /// Runs one read-only statement. Errors: unavailable, deadline_exceeded.
  virtual core::Task<core::Result<Rows>> query(const Statement&, Params, Deadline) = 0;

  /// Runs the statements in order, all or none, in one round trip; they are durable when it
  /// returns. A batch cannot branch: write a later statement so that it does nothing if an
  /// earlier one changed no row. The batch stops and rolls back at its first error. Errors:
  /// violation (message: `table.column[,column]`; for a CHECK the name of the constraint;
  /// "foreign key"), storage_full, unavailable, deadline_exceeded. After the last two, the batch
  /// may or may not have been committed.
  virtual core::Task<core::Result<BatchResult>> commit(Batch, Deadline) = 0;

  /// Reads a little of what is stored now: for /readyz. After a commit has failed with
  /// storage_full, it also checks whether there is space again, at most once a second. Errors:
  /// unavailable, storage_full, deadline_exceeded, with one sentence for the operator.
  virtual core::Task<core::Result<>> ready(Deadline) = 0;

  /// Returns "sqlite" or "postgresql": for logs and metrics only.
  virtual std::string_view engine() const = 0;
};

struct Options {
  std::string service;  ///< for log lines and metrics
  std::chrono::milliseconds busy_timeout{5'000};
  std::size_t queue_limit = 4'096;  ///< batches waiting for the writer; above that: unavailable with retry_after
};

}  // namespace pms::database
