// Counts the registrations of patients through the Database port.
#pragma once

#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"
#include "domain/registrations.hpp"

namespace pms::analytics {

/// Returns the days between `from` and `to`, both inclusive, on which patients were registered, in
/// ascending order.
core::Task<core::Result<std::vector<Registrations>>> read_registrations(database::Database&, core::Date from,
                                                                        core::Date to, database::Deadline);

}  // namespace pms::analytics
