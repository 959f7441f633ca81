// The batches that change patients. Each writes the patient, its history, its event and how many
// there are, all or none; when the patient is not changed, because it is not there or has another
// version than expected, none of it happens.
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
