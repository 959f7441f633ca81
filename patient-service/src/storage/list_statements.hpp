// The statements that list patients.
#pragma once

#include "database/statement.hpp"
#include "storage/ordered_statements.hpp"

namespace pms::patient {

/// Each is answered from an index of its own.
const database::Statement& list_patients(const Order&);

}  // namespace pms::patient
