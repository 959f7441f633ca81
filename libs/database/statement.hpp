// SQL as constants beside the code that uses it. One text for all engines wherever that is possible.
#pragma once

#include <string_view>

namespace pms::database {

/// Texts must be constants: engines prepare each once and remember it by its address.
/// Dialect: $1 parameters (repeatable, any order), ON CONFLICT, RETURNING; no ILIKE, ::, now(), FOR UPDATE, no
/// INSERT/UPDATE/DELETE inside WITH. `INSERT … SELECT … ON CONFLICT` needs `WHERE true`. LIKE tells upper from lower
/// case, text compares by bytes.
struct Statement {
  std::string_view sqlite;
  std::string_view postgresql;
  bool point_read = false;  ///< reads by primary or unique key: SQLite answers in place

  constexpr explicit Statement(std::string_view both) : sqlite(both), postgresql(both) {}
  constexpr Statement(std::string_view sqlite_text, std::string_view postgresql_text)
      : sqlite(sqlite_text), postgresql(postgresql_text) {}
};

/// A read of one row by primary or unique key.
constexpr Statement point_read(std::string_view both) {
  Statement statement(both);
  statement.point_read = true;
  return statement;
}

}  // namespace pms::database
