#include "storage/list_statements.hpp"

#include <fmt/format.h>
#include <string>

#include "storage/patient_columns.hpp"

namespace pms::patient {
namespace {

std::string list_text(const Order& order) {
  return fmt::format("SELECT {} FROM patient WHERE deleted_at IS NULL{}{}{}", columns_of_patient(), and_after(order),
                     order_by(order), limit_of(order));
}

}  // namespace

const database::Statement& list_patients(const Order& order) {
  static const OrderedStatements statements(sort_field_count(), list_text);
  return statements.of(order);
}

}  // namespace pms::patient
