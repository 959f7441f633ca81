// Statements that read a page of a sorted list of patients. They differ in the sort field, the
// direction and where the page begins, and are built once for every combination.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "application/patients.hpp"
#include "database/database.hpp"
#include "database/statement.hpp"

namespace pms::patient {

/// Where a page begins. From a number: $1 is the limit, $2 the offset, further parameters begin
/// with $3. After a patient: $1 is the limit, $2 the text it is sorted by, $3 its id, further
/// parameters begin with $4.
enum class Begin : std::uint8_t { from_number, after_patient };

struct Order {
  SortField field = SortField::name;
  Direction direction = Direction::ascending;
  Begin begin = Begin::from_number;
};

Order order_of(const Slice&);

/// The first two or three parameters of every statement for a page.
database::Params page_parameters(const Slice&);

/// The pieces of such a statement: " ORDER BY name_sort DESC, patient.id DESC"
std::string order_by(const Order&);
/// " AND (name_sort, patient.id) < ($2, $3)", or nothing from a number.
std::string and_after(const Order&);
/// " LIMIT $1 OFFSET $2", or without the offset after a patient.
std::string limit_of(const Order&);
/// "$3" or "$4" for the first further parameter, from 0.
std::string further_parameter(const Order&, std::size_t index);

/// One statement for each direction and beginning of the first `field_count` sort fields.
class OrderedStatements {
 public:
  OrderedStatements(std::size_t field_count, std::string (*text_of)(const Order&));
  const database::Statement& of(const Order&) const;

 private:
  std::vector<database::BuiltStatement> statements_;
};

}  // namespace pms::patient
