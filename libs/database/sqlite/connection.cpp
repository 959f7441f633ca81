#include "database/sqlite/connection.hpp"

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <optional>
#include <thread>
#include <variant>

#include "database/sqlite/error.hpp"

namespace pms::database::sqlite {
namespace {

using core::Errc;

/// The number of SQLite's virtual-machine instructions between two checks of the clock: a few
/// tenths of a millisecond.
constexpr int instructions_per_check = 10'000;

/// SQLite's own handler backs off to 100 ms and then rarely hits a gap in a process that writes all
/// the time.
constexpr std::chrono::milliseconds lock_poll_interval{2};

int poll_lock(void* max_polls, int polls) {
  if (polls >= *static_cast<const int*>(max_polls)) return 0;
  std::this_thread::sleep_for(lock_poll_interval);
  return 1;
}

int deadline_passed(void* deadline) { return static_cast<const Deadline*>(deadline)->passed() ? 1 : 0; }

/// While it exists, interrupts running statements when their deadline passes.
class InterruptAt {
 public:
  InterruptAt(sqlite3* handle, Deadline deadline) : handle_(handle), deadline_(deadline) {
    sqlite3_progress_handler(handle_, instructions_per_check, deadline_passed, &deadline_);
  }
  ~InterruptAt() { sqlite3_progress_handler(handle_, 0, nullptr, nullptr); }
  InterruptAt(const InterruptAt&) = delete;
  InterruptAt& operator=(const InterruptAt&) = delete;

 private:
  sqlite3* handle_;
  Deadline deadline_;
};

/// Releases the read transaction and the bound values when a run ends.
struct ResetAfterwards {
  sqlite3_stmt* statement;
  ~ResetAfterwards() {
    sqlite3_reset(statement);
    sqlite3_clear_bindings(statement);
  }
};

// Texts and blobs are bound without a copy: the parameters outlive the run.
int bind_value(sqlite3_stmt* statement, int number, Null) { return sqlite3_bind_null(statement, number); }
int bind_value(sqlite3_stmt* statement, int number, std::int64_t value) {
  return sqlite3_bind_int64(statement, number, value);
}
int bind_value(sqlite3_stmt* statement, int number, double value) {
  return sqlite3_bind_double(statement, number, value);
}
int bind_value(sqlite3_stmt* statement, int number, const std::string& text) {
  return sqlite3_bind_text64(statement, number, text.data(), text.size(), SQLITE_STATIC, SQLITE_UTF8);
}
int bind_value(sqlite3_stmt* statement, int number, const Blob& blob) {
  return sqlite3_bind_blob64(statement, number, blob.bytes.data(), blob.bytes.size(), SQLITE_STATIC);
}

std::string bytes_of(sqlite3_stmt* statement, int column, const void* data) {
  return {static_cast<const char*>(data), static_cast<std::size_t>(sqlite3_column_bytes(statement, column))};
}

Value value_of(sqlite3_stmt* statement, int column) {
  switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
      return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT:
      return sqlite3_column_double(statement, column);
    case SQLITE_TEXT:
      return bytes_of(statement, column, sqlite3_column_text(statement, column));
    case SQLITE_BLOB:
      return Blob{bytes_of(statement, column, sqlite3_column_blob(statement, column))};
    default:
      return Null{};
  }
}

Row row_of(sqlite3_stmt* statement) {
  const int columns = sqlite3_column_count(statement);
  std::vector<Value> values;
  values.reserve(static_cast<std::size_t>(columns));
  for (int column = 0; column < columns; ++column) values.push_back(value_of(statement, column));
  return Row(std::move(values));
}

/// Returns 7 for "$7", and 0 for anything else.
std::size_t parameter_number(const char* name) {
  const std::string_view text = name ? name : "";
  std::size_t number = 0;
  if (!text.starts_with('$')) return 0;
  const auto [end, error] = std::from_chars(text.data() + 1, text.data() + text.size(), number);
  return error == std::errc() && end == text.data() + text.size() ? number : 0;
}

}  // namespace

core::Result<Connection> Connection::open(const std::filesystem::path& file, std::chrono::milliseconds busy_timeout) {
  // The path is absolute, so that a later change of the working folder does not matter and no
  // name has a special meaning.
  const std::string path = std::filesystem::absolute(file).string();
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle,
                                   SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, nullptr);
  Connection connection(handle, file.string());
  if (code != SQLITE_OK) return connection.failed(code);
  // SQLite silently opens a file without write permission for reading only.
  if (sqlite3_db_readonly(handle, "main") != 0) return connection.failed(SQLITE_READONLY);
  if (auto configured = connection.configure(busy_timeout); !configured) return std::unexpected(configured.error());
  return connection;
}

core::Result<> Connection::configure(std::chrono::milliseconds busy_timeout) {
  // Text in double quotes is a column and never a string, as on the other engines.
  sqlite3_db_config(handle(), SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(handle(), SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  wait_for_locks(busy_timeout);
  if (auto entered = enter_wal_mode(busy_timeout); !entered) return entered;
  // The writer runs checkpoints after its callers have their results. LIKE is case-sensitive as
  // on the other engines, which also lets `LIKE 'ab%'` use an index. Temporary tables contain
  // personal data, so they are kept in memory and not in /tmp.
  return execute(R"(
    PRAGMA synchronous = FULL;
    PRAGMA foreign_keys = ON;
    PRAGMA wal_autocheckpoint = 0;
    PRAGMA case_sensitive_like = ON;
    PRAGMA temp_store = MEMORY;)");
}

/// SQLite does not wait for locks while it changes the journal mode, which two processes may do at
/// the same time on a new file.
core::Result<> Connection::enter_wal_mode(std::chrono::milliseconds busy_timeout) {
  constexpr std::string_view journal_mode = "PRAGMA journal_mode = WAL";
  const Deadline deadline = Deadline::after(busy_timeout);
  auto mode = run(journal_mode);
  while (!mode && (sqlite3_errcode(handle()) & 0xff) == SQLITE_BUSY && !deadline.passed()) {
    std::this_thread::sleep_for(lock_poll_interval);
    mode = run(journal_mode);
  }
  if (!mode) return std::unexpected(mode.error());
  if (mode->rows.at(0).text(0) != "wal")
    return core::fail(Errc::unavailable, file_ + " is on a file system without the shared memory that SQLite needs");
  return {};
}

void Connection::wait_for_locks(std::chrono::milliseconds busy_timeout) {
  *lock_polls_ = static_cast<int>(busy_timeout / lock_poll_interval);
  sqlite3_busy_handler(handle(), poll_lock, lock_polls_.get());
}

core::Result<> Connection::execute(const std::string& script) {
  const int code = sqlite3_exec(handle(), script.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return failed(code);
  return {};
}

core::Result<> Connection::write_uncommitted_pages() {
  errno = 0;  // so that the value after an I/O error comes from it
  const int code = sqlite3_db_cacheflush(handle());
  if (code != SQLITE_OK) return failed(code);
  return {};
}

core::Result<StatementResult> Connection::run(std::string_view sql, const Params& params, Deadline deadline) {
  auto prepared = prepare(sql);
  if (!prepared) return std::unexpected(prepared.error());
  return run(**prepared, params, deadline);
}

core::Result<Rows> Connection::read(std::string_view sql, const Params& params, Deadline deadline) {
  auto prepared = prepare(sql);
  if (!prepared) return std::unexpected(prepared.error());
  if (!sqlite3_stmt_readonly((*prepared)->statement.get()))
    return core::fail(Errc::internal, fmt::format("a query must only read; use a batch: {}", sql));
  auto result = run(**prepared, params, deadline);
  if (!result) return std::unexpected(result.error());
  return std::move(result->rows);
}

core::Result<StatementResult> Connection::run(const Prepared& prepared, const Params& params, Deadline deadline) {
  sqlite3_stmt* statement = prepared.statement.get();
  const ResetAfterwards reset{statement};
  if (auto bound = bind(prepared, params); !bound) return std::unexpected(bound.error());

  const bool reads = sqlite3_stmt_readonly(statement) != 0;
  std::optional<InterruptAt> interrupt;
  if (deadline.time() != core::SteadyTime::max()) interrupt.emplace(handle(), deadline);

  errno = 0;  // so that the value after an I/O error comes from it
  StatementResult result;
  int code = sqlite3_step(statement);
  for (; code == SQLITE_ROW; code = sqlite3_step(statement)) result.rows.push_back(row_of(statement));
  if (code != SQLITE_DONE) return failed(code);
  if (!reads) result.rows_affected = sqlite3_changes64(handle());
  return result;
}

core::Result<const Connection::Prepared*> Connection::prepare(std::string_view sql) {
  if (auto found = prepared_.find(sql.data()); found != prepared_.end()) {
    // The text at a cached address has changed: report the defect rather than run the previous
    // statement.
    if (!sql.starts_with(sqlite3_sql(found->second.statement.get())))
      return core::fail(Errc::internal, fmt::format("the text of a statement must be constant: {}", sql));
    return &found->second;
  }

  sqlite3_stmt* statement = nullptr;
  const char* rest = nullptr;
  const int code = sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                      &statement, &rest);
  Prepared prepared{.statement = std::unique_ptr<sqlite3_stmt, Finalize>(statement)};
  if (code == SQLITE_ERROR)  // an error in the text: no value is bound yet
    return core::fail(Errc::internal, fmt::format("{}: {}: {}", file_, sqlite3_errmsg(handle()), sql));
  if (code != SQLITE_OK) return failed(code);
  if (!statement || std::string_view(rest, sql.end()).find_first_not_of(" \t\r\n;") != std::string_view::npos)
    return core::fail(Errc::internal, fmt::format("not exactly one statement: {}", sql));

  for (int number = 1; number <= sqlite3_bind_parameter_count(statement); ++number) {
    const std::size_t parameter = parameter_number(sqlite3_bind_parameter_name(statement, number));
    if (parameter == 0) return core::fail(Errc::internal, fmt::format("parameters are $1, $2, …: {}", sql));
    prepared.parameters.push_back(parameter - 1);
    prepared.parameter_count = std::max(prepared.parameter_count, parameter);
  }
  return &prepared_.emplace(sql.data(), std::move(prepared)).first->second;
}

core::Result<> Connection::bind(const Prepared& prepared, const Params& params) {
  sqlite3_stmt* statement = prepared.statement.get();
  if (params.size() != prepared.parameter_count)
    return core::fail(Errc::internal, fmt::format("{} parameters instead of {}: {}", params.size(),
                                                  prepared.parameter_count, sqlite3_sql(statement)));
  int number = 0;
  for (const std::size_t parameter : prepared.parameters) {
    ++number;
    const auto bind_one = [&](const auto& value) { return bind_value(statement, number, value); };
    if (const int code = std::visit(bind_one, params[parameter]); code != SQLITE_OK) return failed(code);
  }
  return {};
}

std::unexpected<core::Error> Connection::failed(int code) const {
  return std::unexpected(translate(handle(), code, file_));
}

}  // namespace pms::database::sqlite
