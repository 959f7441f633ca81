// The statements that list patients: one for each sort field, direction, and way to begin (at a number, or behind a
// patient), since a statement is a constant and each is answered from an index of its own.
#pragma once

#include "application/patient_repository.hpp"
#include "database/statement.hpp"

namespace pms::patient {

/// $1 limit, $2 offset.
const database::Statement& list_from_number(SortField, Direction);

/// $1 limit, $2 the sort column's text of the patient to begin behind, $3 its id.
const database::Statement& list_behind(SortField, Direction);

}  // namespace pms::patient
