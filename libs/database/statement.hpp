// SQL, next to the code that uses it. One text serves all engines where that is possible.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace pms::database {

/// Texts must not change until the process ends: engines prepare each once and cache it by its
/// address. Dialect: $1 parameters (repeatable, in any order), ON CONFLICT, RETURNING; no ILIKE,
/// ::, now() or FOR UPDATE, and no INSERT, UPDATE or DELETE inside WITH. `INSERT … SELECT … ON
/// CONFLICT` needs `WHERE true`. LIKE is case-sensitive, and text compares by bytes.
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

/// A statement whose text is put together once and kept until the program ends, e.g. as a static
/// constant. Moving it does not move the text.
class BuiltStatement {
 public:
  explicit BuiltStatement(std::string both)
      : text_(std::make_unique<const std::string>(std::move(both))), statement_(*text_) {}

  /// A read of one row by primary or unique key.
  static BuiltStatement point_read(std::string both) {
    BuiltStatement built(std::move(both));
    built.statement_.point_read = true;
    return built;
  }

  operator const Statement&() const { return statement_; }  // NOLINT(google-explicit-constructor): it is one

 private:
  std::unique_ptr<const std::string> text_;
  Statement statement_;
};

}  // namespace pms::database
