// One SQLite connection, with the settings that all connections share.
#pragma once

#include <chrono>
#include <cstddef>
#include <expected>
#include <filesystem>
#include <memory>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/result.hpp"
#include "database/database.hpp"

namespace pms::database::sqlite {

/// A connection is used by one thread at a time.
class Connection {
 public:
  /// Opens an existing file in WAL mode. A statement waits up to `busy_timeout` for another
  /// process's lock.
  static core::Result<Connection> open(const std::filesystem::path& file, std::chrono::milliseconds busy_timeout);

  /// Runs one statement to its end. `sql` is a constant: it is prepared once and cached by its
  /// address. A read is interrupted at the deadline; a write must not have one, since an
  /// interrupt rolls back the whole transaction.
  core::Result<StatementResult> run(std::string_view sql, const Params& = {}, Deadline = Deadline::never());

  /// Runs a statement like run(), but rejects one that could write.
  core::Result<Rows> read(std::string_view sql, const Params&, Deadline);

  /// Runs the statements of a script without caching them.
  core::Result<> execute(const std::string& script);

  /// Writes the changes of the open transaction to the file, where other connections ignore them
  /// until they are committed.
  core::Result<> write_uncommitted_pages();

  /// Returns whether a transaction is open. SQLite leaves a transaction on its own after some
  /// errors, e.g. a full disk.
  bool in_transaction() const { return sqlite3_get_autocommit(handle_.get()) == 0; }

  void wait_for_locks(std::chrono::milliseconds busy_timeout);
  sqlite3* handle() const { return handle_.get(); }
  const std::string& file() const { return file_; }  ///< as named by the operator

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  struct Finalize {
    void operator()(sqlite3_stmt* statement) const { sqlite3_finalize(statement); }
  };
  struct Prepared {
    std::unique_ptr<sqlite3_stmt, Finalize> statement;
    /// SQLite numbers `$n` by first appearance. This maps each of SQLite's numbers to an index
    /// in Params.
    std::vector<std::size_t> parameters;
    std::size_t parameter_count = 0;
  };

  Connection(sqlite3* handle, std::string file) : handle_(handle), file_(std::move(file)) {}
  core::Result<> configure(std::chrono::milliseconds busy_timeout);
  core::Result<> enter_wal_mode(std::chrono::milliseconds busy_timeout);
  core::Result<const Prepared*> prepare(std::string_view sql);
  core::Result<StatementResult> run(const Prepared&, const Params&, Deadline);
  core::Result<> bind(const Prepared&, const Params&);
  std::unexpected<core::Error> failed(int code) const;

  std::unique_ptr<int> lock_polls_ = std::make_unique<int>(0);  // SQLite keeps its address
  std::unique_ptr<sqlite3, Close> handle_;
  std::string file_;
  std::unordered_map<const char*, Prepared> prepared_;  // after handle_: statements are finalized before it is closed
};

}  // namespace pms::database::sqlite
