// The batches that change patients. Each writes the patient, its history, its event and the counter
// atomically. If the patient does not exist or has another version than expected, nothing is
// written.
#pragma once

#include <string_view>

#include "application/patients.hpp"
#include "database/database.hpp"

namespace pms::patient {

database::Batch addition(const Patient&, const Change&, const IdempotencyKey*);

/// The first statement returns the changed patient's row, as patient_of() reads it, or none.
database::Batch update_of(std::string_view id, const PatientUpdate&, const Change&, const ExpectedVersions&);
database::Batch deletion_of(std::string_view id, const Change&, const ExpectedVersions&);

}  // namespace pms::patient
