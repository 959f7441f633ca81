// How a patient lies in the rows of `patient` and `patient_history`.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "application/patient_repository.hpp"
#include "database/value.hpp"

namespace pms::patient {

/// The patient of a row: id, version, name, email, address, date_of_birth, registered_date, created_at, updated_at.
Patient patient_of(const database::Row&);

/// What a patient is sorted by, as the sort column holds it.
std::string sort_text(const Patient&, SortField);

}  // namespace pms::patient
