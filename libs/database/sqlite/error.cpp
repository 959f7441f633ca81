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

/// "UNIQUE constraint failed: patient.first, patient.last" -> "patient.first,last".
std::string columns_of(std::string_view message) {
  constexpr std::string_view before = "constraint failed: ";
  const auto start = message.find(before);
  if (start == std::string_view::npos) return std::string(message);
  std::string columns(message.substr(start + before.size()));
  const std::string next_column = ", " + columns.substr(0, columns.find('.') + 1);
  for (auto at = columns.find(next_column); at != std::string::npos; at = columns.find(next_column, at))
    columns.replace(at, next_column.size(), ",");
  return columns;
}

Error violation(sqlite3* connection, int code) {
  switch (code) {
    case SQLITE_CONSTRAINT_FOREIGNKEY:
      return {.code = Errc::violation, .message = "foreign key"};
    case SQLITE_CONSTRAINT_CHECK: {
      // SQLite names the constraint, or shows its expression.
      const std::string_view message = sqlite3_errmsg(connection);
      return {.code = Errc::violation, .message = std::string(message.substr(message.find(": ") + 2))};
    }
    default:
      return {.code = Errc::violation, .message = columns_of(sqlite3_errmsg(connection))};
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

/// SQLite forgets the cause when it is COMMIT that fails; errno still has it.
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
      return violation(connection, code);
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_PROTOCOL:
      return {.code = Errc::unavailable, .message = file + " is locked by another process", .retry_after = retry_after};
    case SQLITE_INTERRUPT:
      return {.code = Errc::deadline_exceeded, .message = "the database took too long to answer"};
    case SQLITE_FULL:
      return {.code = Errc::storage_full, .message = "no room left to write " + file};
    case SQLITE_IOERR:
      if (means_no_room(system_error)) return {.code = Errc::storage_full, .message = "no room left to write " + file};
      return {.code = Errc::unavailable, .message = with_cause("can not read or write " + file, code, system_error)};
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
      return {.code = Errc::unavailable, .message = with_cause("can not open " + file, code, system_error)};
    case SQLITE_READONLY:
      return {.code = Errc::unavailable, .message = "can not write " + file + ": it, or its folder, is read-only"};
    case SQLITE_NOTADB:
      return {.code = Errc::unavailable, .message = file + " is not a SQLite database"};
    case SQLITE_CORRUPT:
      return {.code = Errc::unavailable, .message = file + " is damaged: restore it from a backup"};
    default:
      // Not sqlite3_errmsg: while a statement runs it may quote a value, as FTS5 does with a search term.
      return {.code = Errc::internal, .message = fmt::format("{}: {} ({})", file, sqlite3_errstr(code), code)};
  }
}

Error overloaded(const std::string& file) {
  return {.code = Errc::unavailable, .message = file + ": too much work is waiting", .retry_after = retry_after};
}

}  // namespace pms::database::sqlite
