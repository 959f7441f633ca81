#include "storage/ordered_statements.hpp"

#include <fmt/format.h>

#include "storage/patient_columns.hpp"

namespace pms::patient {

Order order_of(const Slice& slice) {
  return {.field = slice.field,
          .direction = slice.direction,
          .begin = slice.after ? Begin::after_patient : Begin::from_number};
}

database::Params page_parameters(const Slice& slice) {
  database::Params params{slice.limit};
  if (slice.after) {
    params.emplace_back(sort_text(*slice.after, slice.field));
    params.emplace_back(slice.after->id);
  } else {
    params.emplace_back(slice.offset);
  }
  return params;
}

std::string order_by(const Order& order) {
  return fmt::format(" ORDER BY {0}{1}, patient.id{1}", sort_column(order.field),
                     order.direction == Direction::descending ? " DESC" : "");
}

std::string and_after(const Order& order) {
  if (order.begin == Begin::from_number) return {};
  return fmt::format(" AND ({}, patient.id) {} ($2, $3)", sort_column(order.field),
                     order.direction == Direction::descending ? "<" : ">");
}

std::string limit_of(const Order& order) {
  return order.begin == Begin::from_number ? " LIMIT $1 OFFSET $2" : " LIMIT $1";
}

std::string further_parameter(const Order& order, std::size_t index) {
  return fmt::format("${}", index + (order.begin == Begin::from_number ? 3 : 4));
}

OrderedStatements::OrderedStatements(std::size_t field_count, std::string (*text_of)(const Order&)) {
  for (std::size_t field = 0; field < field_count; ++field)
    for (const Direction direction : {Direction::ascending, Direction::descending})
      for (const Begin begin : {Begin::from_number, Begin::after_patient})
        statements_.emplace_back(
            text_of({.field = static_cast<SortField>(field), .direction = direction, .begin = begin}));
}

const database::Statement& OrderedStatements::of(const Order& order) const {
  const auto field = static_cast<std::size_t>(order.field);
  const auto direction = static_cast<std::size_t>(order.direction);
  const auto begin = static_cast<std::size_t>(order.begin);
  return statements_.at((field * 2 + direction) * 2 + begin);
}

}  // namespace pms::patient
