// Patients as the API's JSON.
#pragma once

#include <string>
#include <string_view>

#include "application/create_patient.hpp"
#include "application/list_patients.hpp"
#include "core/result.hpp"

namespace pms::patient {

/// A new patient from a body. `today` is the last day one can be born on. Error: `invalid`, with every violation.
core::Result<NewPatient> read_new_patient(std::string_view body, core::Date today);

std::string to_json(const Patient&);
std::string to_json(const Registered&);
std::string to_json(const PatientPage&, const ListRequest&);

}  // namespace pms::patient
