#include "database/sqlite/error.hpp"

#include <cerrno>
#include <chrono>
#include <fmt/format.h>
#include <string_view>
#include <system_error>

namespace pms::database::sqlite {
namespace {

using core::Errc;
using core::Error;

constexpr std::chrono::milliseconds retry_after{1'000};

/// Returns the columns that SQLite names after "… constraint failed: ".
std::string named_by(std::string_view message) {
  constexpr std::string_view before = "constraint failed: ";
  return std::string(message.substr(message.find(before) + before.size()));
}

/// Turns "patient.first, patient.last" into "patient.first,last".
std::string columns_of(std::string columns) {
  const std::string next_column = ", " + columns.substr(0, columns.find('.') + 1);
  for (auto at = columns.find(next_column); at != std::string::npos; at = columns.find(next_column, at))
    columns.replace(at, next_column.size(), ",");
  return columns;
}

// This does not use sqlite3_errmsg: while a statement runs, it may quote a value, as FTS5 does with
// a search term.
Error defect(int code, const std::string& file) {
  return {.code = Errc::internal, .message = fmt::format("{}: {} ({})", file, sqlite3_errstr(code), code)};
}

Error violation(sqlite3* connection, int code, const std::string& file) {
  switch (code) {
    case SQLITE_CONSTRAINT_UNIQUE:
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_ROWID:
    case SQLITE_CONSTRAINT_NOTNULL:
      return {.code = Errc::violation, .message = columns_of(named_by(sqlite3_errmsg(connection)))};
    case SQLITE_CONSTRAINT_CHECK:
      return {.code = Errc::violation, .message = named_by(sqlite3_errmsg(connection))};
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return {.code = Errc::violation, .message = "foreign key"};
    default:
      return defect(code, file);
  }
}

bool means_no_room(int system_error) {
  return system_error == ENOSPC || system_error == EDQUOT || system_error == EFBIG;
}

std::string with_cause(std::string sentence, int code, int system_error) {
  sentence += ": ";
  sentence += system_error != 0 ? std::generic_category().message(system_error) : sqlite3_errstr(code);
  return sentence;
}

/// SQLite loses the cause if COMMIT fails; errno still has it.
int system_error_of(sqlite3* connection) {
  const int left_behind = errno;
  const int remembered = sqlite3_system_errno(connection);
  return remembered != 0 ? remembered : left_behind;
}

}  // namespace

Error translate(sqlite3* connection, int code, const std::string& file) {
  const int system_error = system_error_of(connection);
  switch (code & 0xff) {
    case SQLITE_CONSTRAINT:
      return violation(connection, code, file);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {.code = Errc::unavailable, .message = file + " is locked by another process", .retry_after = retry_after};
    case SQLITE_INTERRUPT:
      return {.code = Errc::deadline_exceeded, .message = "timed out waiting for the database"};
    case SQLITE_FULL:
      return {.code = Errc::storage_full, .message = "no space left to write " + file};
    case SQLITE_IOERR:
      if (means_no_room(system_error)) return {.code = Errc::storage_full, .message = "no space left to write " + file};
      return {.code = Errc::unavailable, .message = with_cause("cannot read or write " + file, code, system_error)};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return {.code = Errc::unavailable, .message = with_cause("cannot open " + file, code, system_error)};
    case SQLITE_READONLY:
      return {.code = Errc::unavailable, .message = "cannot write " + file + ": it, or its folder, is read-only"};
    case SQLITE_NOTADB:
      return {.code = Errc::unavailable, .message = file + " is not a SQLite database"};
    case SQLITE_CORRUPT:
      return {.code = Errc::unavailable, .message = file + " is damaged: restore it from a backup"};
    default:
      return defect(code, file);
  }
}

Error overloaded(const std::string& file) {
  return {.code = Errc::unavailable, .message = file + ": too many operations are waiting", .retry_after = retry_after};
}

}  // namespace pms::database::sqlite
