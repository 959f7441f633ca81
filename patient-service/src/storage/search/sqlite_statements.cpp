#include "storage/search/sqlite_statements.hpp"

#include <fmt/format.h>
#include <string>
#include <string_view>

#include "storage/patient_columns.hpp"

namespace pms::patient {
namespace {

using database::BuiltStatement;
using database::Statement;

// CROSS JOIN: SQLite keeps this order, first the matches and then the patient of each.
constexpr std::string_view matches =
    "patient_search CROSS JOIN patient ON patient.search_id = patient_search.rowid WHERE patient_search MATCH";

/// Reads whole rows for the page only: `numbers` selects their `found`, in order.
std::string rows_of(std::string_view numbers, const Order& order) {
  return fmt::format("SELECT {} FROM ({}) CROSS JOIN patient ON patient.search_id = found{}", columns_of_patient(),
                     numbers, order_by(order));
}

std::string sorting(const Order& order) {
  return rows_of(fmt::format("SELECT patient.search_id AS found FROM {} {}{}{}{}", matches, further_parameter(order, 0),
                             and_after(order), order_by(order), limit_of(order)),
                 order);
}

/// The place in the order to stop at is found first, by counting in the index.
std::string searching_in_order(const Order& order) {
  const bool descending = order.direction == Direction::descending;
  const std::string_view column = sort_column(order.field);
  const std::string place = fmt::format("SELECT {} FROM patient WHERE deleted_at IS NULL{}{} LIMIT 1 OFFSET {}", column,
                                        and_after(order), order_by(order), further_parameter(order, 0));
  std::string needles;
  for (std::size_t i = 1; i <= max_needles_in_order; ++i)
    needles += fmt::format(" AND instr(name_search, {})", further_parameter(order, i));
  return fmt::format("SELECT {} FROM patient WHERE deleted_at IS NULL AND {} {} COALESCE(({}), {}){}{}{}{}",
                     columns_of_patient(), column, descending ? ">=" : "<=", place,
                     descending ? "''" : "x'ff'",  // SQLite: any blob is greater than any text
                     and_after(order), needles, order_by(order), limit_of(order));
}

std::string joining(const Order& order) {
  const std::string_view direction = order.direction == Direction::descending ? " DESC" : "";
  const std::string beginnings = fmt::format(
      "SELECT patient.search_id AS found, name_sort AS place, patient.id AS tie FROM patient "
      "WHERE deleted_at IS NULL AND name_sort >= {} AND name_sort < {}{}",
      further_parameter(order, 1), further_parameter(order, 2), and_after(order));
  const std::string others = fmt::format("SELECT patient.search_id, name_sort, patient.id FROM {} {}{}", matches,
                                         further_parameter(order, 0), and_after(order));
  return rows_of(
      fmt::format("{0} UNION ALL {1} ORDER BY place{2}, tie{2}{3}", beginnings, others, direction, limit_of(order)),
      order);
}

constexpr Statement counting(
    "SELECT COUNT(*) FROM (SELECT 1 FROM patient_search WHERE patient_search MATCH $1 LIMIT $2)", "");

constexpr Statement counting_beginnings_too(R"(
  SELECT (SELECT COUNT(*) FROM (SELECT 1 FROM patient_search WHERE patient_search MATCH $1 LIMIT $2)),
         (SELECT COUNT(*) FROM (
            SELECT 1 FROM patient WHERE deleted_at IS NULL AND name_sort >= $3 AND name_sort < $4 LIMIT $2)))",
                                            "");

}  // namespace

const Statement& find_by_email() {
  static const auto statement = BuiltStatement::point_read(
      fmt::format("SELECT {} FROM patient WHERE email_key = $1 AND deleted_at IS NULL", columns_of_patient()));
  return statement;
}

const Statement& count_matches() { return counting; }
const Statement& count_matches_and_beginnings() { return counting_beginnings_too; }

const Statement& sort_matches(const Order& order) {
  static const OrderedStatements statements(sort_field_count(), sorting);
  return statements.of(order);
}

const Statement& search_in_order(const Order& order) {
  static const OrderedStatements statements(sort_field_count(), searching_in_order);
  return statements.of(order);
}

const Statement& join_beginnings(const Order& order) {
  static const OrderedStatements statements(1, joining);  // by name
  return statements.of(order);
}

}  // namespace pms::patient
