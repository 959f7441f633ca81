// SQL as constants, next to the code that uses it. One text serves all engines where that is
// possible.
#pragma once

#include <string_view>

namespace pms::database {

/// Texts must be constants: engines prepare each text once and cache it by its address. Dialect: $1
/// parameters (repeatable, in any order), ON CONFLICT, RETURNING; no ILIKE, ::, now() or FOR
/// UPDATE, and no INSERT, UPDATE or DELETE inside WITH. `INSERT … SELECT … ON CONFLICT` needs
/// `WHERE true`. LIKE is case-sensitive, and text compares by bytes.
struct Statement {
  std::string_view sqlite;
  std::string_view postgresql;
  bool point_read = false;  ///< reads by primary or unique key: SQLite executes it in place

  constexpr explicit Statement(std::string_view both) : sqlite(both), postgresql(both) {}
  constexpr Statement(std::string_view sqlite_text, std::string_view postgresql_text)
      : sqlite(sqlite_text), postgresql(postgresql_text) {}
};

/// Creates a read of one row by primary or unique key.
constexpr Statement point_read(std::string_view both) {
  Statement statement(both);
  statement.point_read = true;
  return statement;
}

}  // namespace pms::database
