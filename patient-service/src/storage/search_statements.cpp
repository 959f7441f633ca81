#include "storage/search_statements.hpp"

#include <array>
#include <cstddef>
#include <string_view>
#include <utility>

#include "storage/statement_text.hpp"

namespace pms::patient {
namespace {

using SearchText = StatementText<1'100>;

constexpr std::string_view select =
    "SELECT patient.id, version, name, email, address, date_of_birth, registered_date, created_at, updated_at FROM ";

/// The pieces in which statements of one kind differ.
struct Pieces {
  std::string_view column;
  std::string_view direction;               ///< "" or " DESC"
  std::string_view not_past;                ///< the comparison that holds up to a place in the order
  std::string_view last;                    ///< behind every place in the order
  std::string_view behind;                  ///< AND (column, id) > ($2, $3), or ""
  std::string_view offset;                  ///< OFFSET $2, or ""
  std::array<std::string_view, 6> further;  ///< $3 and so on, or $4 and so on
};

constexpr void add_order(SearchText& text, const Pieces& pieces) {
  text.add(" ORDER BY ").add(pieces.column).add(pieces.direction).add(", patient.id").add(pieces.direction);
}

constexpr void add_behind(SearchText& text, const Pieces& pieces) {
  if (pieces.behind.empty()) return;
  text.add(" AND (").add(pieces.column).add(", patient.id)").add(pieces.behind).add("($2, $3)");
}

// CROSS JOIN: SQLite keeps this order, first the matches and then the patient of each.
constexpr std::string_view matches =
    "patient_search CROSS JOIN patient ON patient.search_id = patient_search.rowid WHERE patient_search MATCH ";

// Sorts numbers first and reads whole rows for the page only.
constexpr SearchText sorting(const Pieces& pieces) {
  SearchText text;
  text.add(select).add("(SELECT patient.search_id AS found FROM ").add(matches).add(pieces.further[0]);
  add_behind(text, pieces);
  add_order(text, pieces);
  text.add(" LIMIT $1").add(pieces.offset).add(") CROSS JOIN patient ON patient.search_id = found");
  add_order(text, pieces);
  return text;
}

// The place in the order to stop at is found first, by counting in the index.
constexpr SearchText searching_in_order(const Pieces& pieces) {
  SearchText text;
  text.add(select).add("patient WHERE deleted_at IS NULL AND ").add(pieces.column).add(pieces.not_past);
  text.add("COALESCE((SELECT ").add(pieces.column).add(" FROM patient WHERE deleted_at IS NULL");
  add_behind(text, pieces);
  add_order(text, pieces);
  text.add(" LIMIT 1 OFFSET ").add(pieces.further[0]).add("), ").add(pieces.last).add(")");
  add_behind(text, pieces);
  for (std::size_t i = 1; i <= needles_in_order; ++i)
    text.add(" AND instr(name_search, ").add(pieces.further[i]).add(")");
  add_order(text, pieces);
  return text.add(" LIMIT $1").add(pieces.offset);
}

constexpr SearchText joining(const Pieces& pieces) {
  SearchText text;
  text.add(select).add("(SELECT patient.search_id AS found, name_sort AS place, patient.id AS tie FROM patient");
  text.add(" WHERE deleted_at IS NULL AND name_sort >= ").add(pieces.further[1]);
  text.add(" AND name_sort < ").add(pieces.further[2]);
  add_behind(text, pieces);
  text.add(" UNION ALL SELECT patient.search_id, name_sort, patient.id FROM ").add(matches).add(pieces.further[0]);
  add_behind(text, pieces);
  text.add(" ORDER BY place").add(pieces.direction).add(", tie").add(pieces.direction);
  text.add(" LIMIT $1").add(pieces.offset).add(") CROSS JOIN patient ON patient.search_id = found");
  add_order(text, pieces);
  return text;
}

constexpr std::array<std::string_view, 4> columns = {"name_sort", "email_sort", "registered_date",
                                                     "date_of_birth_sort"};  // in the order of SortField

constexpr Pieces pieces_of(std::size_t field, std::size_t direction, std::size_t begin) {
  const bool descending = direction == 1;
  const bool behind = begin == 1;
  Pieces pieces{.column = columns[field],
                .direction = descending ? " DESC" : "",
                .not_past = descending ? " >= " : " <= ",
                .last = descending ? "''" : "x'ff'",  // SQLite: any blob is greater than any text
                .behind = !behind      ? ""
                          : descending ? " < "
                                       : " > ",
                .offset = behind ? "" : " OFFSET $2",
                .further = {"$3", "$4", "$5", "$6", "$7", "$8"}};
  if (behind) pieces.further = {"$4", "$5", "$6", "$7", "$8", "$9"};
  return pieces;
}

/// One statement for each direction and beginning; for each field, where there are as many.
template <std::size_t fields>
using Texts = std::array<SearchText, fields * 4>;

template <std::size_t fields>
using Statements = std::array<database::Statement, fields * 4>;

template <std::size_t fields>
constexpr Texts<fields> texts_of(SearchText (*text_of)(const Pieces&)) {
  Texts<fields> texts;
  for (std::size_t i = 0; i < texts.size(); ++i) texts[i] = text_of(pieces_of(i / 4, i / 2 % 2, i % 2));
  return texts;
}

template <std::size_t fields, std::size_t... indices>
constexpr Statements<fields> statements_of(const Texts<fields>& texts, std::index_sequence<indices...>) {
  return {database::Statement(texts[indices].view(), "")...};
}

constexpr auto sorting_texts = texts_of<4>(sorting);
constexpr auto searching_texts = texts_of<4>(searching_in_order);
constexpr auto joining_texts = texts_of<1>(joining);
constexpr auto sorting_statements = statements_of<4>(sorting_texts, std::make_index_sequence<16>());
constexpr auto searching_statements = statements_of<4>(searching_texts, std::make_index_sequence<16>());
constexpr auto joining_statements = statements_of<1>(joining_texts, std::make_index_sequence<4>());

constexpr auto by_email = database::point_read(R"(
  SELECT id, version, name, email, address, date_of_birth, registered_date, created_at, updated_at
  FROM patient WHERE email_key = $1 AND deleted_at IS NULL)");

constexpr database::Statement counting(
    "SELECT COUNT(*) FROM (SELECT 1 FROM patient_search WHERE patient_search MATCH $1 LIMIT $2)", "");

constexpr database::Statement counting_beginnings_too(R"(
  SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM patient_search WHERE patient_search MATCH $1 LIMIT $2)),
         (SELECT COUNT(*) FROM (
            SELECT 1 FROM patient WHERE deleted_at IS NULL AND name_sort >= $3 AND name_sort < $4 LIMIT $2)))",
                                                      "");

std::size_t index_of(const Order& order) {
  return (static_cast<std::size_t>(order.field) * 2 + static_cast<std::size_t>(order.direction)) * 2 +
         static_cast<std::size_t>(order.begin);
}

}  // namespace

const database::Statement& find_by_email() { return by_email; }
const database::Statement& count_matches() { return counting; }
const database::Statement& count_matches_and_beginnings() { return counting_beginnings_too; }
const database::Statement& sort_matches(const Order& order) { return sorting_statements[index_of(order)]; }
const database::Statement& search_in_order(const Order& order) { return searching_statements[index_of(order)]; }
const database::Statement& join_beginnings(const Order& order) { return joining_statements.at(index_of(order)); }

}  // namespace pms::patient
