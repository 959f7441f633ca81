// The counts on the Database port.
#pragma once

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"
#include "domain/patient_change.hpp"

namespace pms::analytics {

/// Adds the statements that count the change, once however often they run (domain/patient_change.hpp says how).
void count_change(const PatientChange&, database::Batch&);

/// The counts now.
core::Task<core::Result<Summary>> read_summary(database::Database&, database::Deadline);

}  // namespace pms::analytics
