#include "storage/list_statements.hpp"

#include <array>
#include <cstddef>
#include <string_view>

#include "storage/statement_text.hpp"

namespace pms::patient {
namespace {

using ListText = StatementText<400>;

constexpr std::string_view list_select =
    "SELECT id, version, name, email, address, date_of_birth, registered_date, created_at, updated_at "
    "FROM patient WHERE deleted_at IS NULL";

constexpr ListText from_number(std::string_view column, std::string_view direction) {
  ListText text;
  text.add(list_select)
      .add(" ORDER BY ")
      .add(column)
      .add(direction)
      .add(", id")
      .add(direction)
      .add(" LIMIT $1 OFFSET $2");
  return text;
}

constexpr ListText behind(std::string_view column, std::string_view direction, std::string_view comparison) {
  ListText text;
  text.add(list_select).add(" AND (").add(column).add(", id)").add(comparison).add("($2, $3) ORDER BY ").add(column);
  text.add(direction).add(", id").add(direction).add(" LIMIT $1");
  return text;
}

/// The four statements of a sort field; indices are those of Direction.
struct ListTexts {
  std::array<ListText, 2> from_number;
  std::array<ListText, 2> behind;
};

constexpr ListTexts list_texts_of(std::string_view column) {
  return {.from_number = {from_number(column, ""), from_number(column, " DESC")},
          .behind = {behind(column, "", " > "), behind(column, " DESC", " < ")}};
}

/// In the order of SortField.
constexpr std::array<ListTexts, 4> texts = {list_texts_of("name_sort"), list_texts_of("email_sort"),
                                            list_texts_of("registered_date"), list_texts_of("date_of_birth_sort")};

struct ListStatements {
  std::array<database::Statement, 2> from_number;
  std::array<database::Statement, 2> behind;
};

constexpr ListStatements list_statements_of(const ListTexts& texts) {
  return {.from_number = {database::Statement(texts.from_number[0].view()),
                          database::Statement(texts.from_number[1].view())},
          .behind = {database::Statement(texts.behind[0].view()), database::Statement(texts.behind[1].view())}};
}

constexpr std::array<ListStatements, 4> statements = {list_statements_of(texts[0]), list_statements_of(texts[1]),
                                                      list_statements_of(texts[2]), list_statements_of(texts[3])};

}  // namespace

const database::Statement& list_from_number(SortField field, Direction direction) {
  return statements[static_cast<std::size_t>(field)].from_number[static_cast<std::size_t>(direction)];
}

const database::Statement& list_behind(SortField field, Direction direction) {
  return statements[static_cast<std::size_t>(field)].behind[static_cast<std::size_t>(direction)];
}

}  // namespace pms::patient
