// Stores the counts through the Database port.
#pragma once

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"
#include "domain/patient_change.hpp"

namespace pms::analytics {

/// Adds the statements that count the change to the batch. A change with a version is counted only
/// once, even if the statements are executed repeatedly (see domain/patient_change.hpp).
void count_change(const PatientChange&, database::Batch&);

/// Returns the current counts.
core::Task<core::Result<Summary>> read_summary(database::Database&, database::Deadline);

}  // namespace pms::analytics
