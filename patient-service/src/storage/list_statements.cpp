#include "storage/list_statements.hpp"

#include <array>

#include "storage/statement_text.hpp"

namespace pms::patient {
namespace {

using ListText = StatementText<400>;

constexpr std::string_view select =
    "SELECT id, version, name, email, address, date_of_birth, registered_date, created_at, updated_at "
    "FROM patient WHERE deleted_at IS NULL";

constexpr ListText from_number(std::string_view column, std::string_view direction) {
  ListText text;
  text.add(select).add(" ORDER BY ").add(column).add(direction).add(", id").add(direction).add(" LIMIT $1 OFFSET $2");
  return text;
}

constexpr ListText behind(std::string_view column, std::string_view direction, std::string_view comparison) {
  ListText text;
  text.add(select).add(" AND (").add(column).add(", id)").add(comparison).add("($2, $3) ORDER BY ").add(column);
  text.add(direction).add(", id").add(direction).add(" LIMIT $1");
  return text;
}

/// The four statements of a sort field; indices are those of Direction.
struct Texts {
  std::array<ListText, 2> from_number;
  std::array<ListText, 2> behind;
};

constexpr Texts texts_of(std::string_view column) {
  return {.from_number = {from_number(column, ""), from_number(column, " DESC")},
          .behind = {behind(column, "", " > "), behind(column, " DESC", " < ")}};
}

/// In the order of SortField.
constexpr std::array<Texts, 4> texts = {texts_of("name_sort"), texts_of("email_sort"), texts_of("registered_date"),
                                        texts_of("date_of_birth_sort")};

struct Statements {
  std::array<database::Statement, 2> from_number;
  std::array<database::Statement, 2> behind;
};

constexpr Statements statements_of(const Texts& texts) {
  return {.from_number = {database::Statement(texts.from_number[0].view()),
                          database::Statement(texts.from_number[1].view())},
          .behind = {database::Statement(texts.behind[0].view()), database::Statement(texts.behind[1].view())}};
}

constexpr std::array<Statements, 4> statements = {statements_of(texts[0]), statements_of(texts[1]),
                                                  statements_of(texts[2]), statements_of(texts[3])};

}  // namespace

const database::Statement& list_from_number(SortField field, Direction direction) {
  return statements[static_cast<std::size_t>(field)].from_number[static_cast<std::size_t>(direction)];
}

const database::Statement& list_behind(SortField field, Direction direction) {
  return statements[static_cast<std::size_t>(field)].behind[static_cast<std::size_t>(direction)];
}

}  // namespace pms::patient
