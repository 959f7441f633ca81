// Patients as the API's JSON.
#pragma once

#include <string>
#include <string_view>

#include "application/create_patient.hpp"
#include "application/list_patients.hpp"
#include "core/result.hpp"

namespace pms::patient {

/// A new patient from a body. `today` is the last day one can be born on. Error: `invalid`, with
/// every violation.
core::Result<NewPatient> read_new_patient(std::string_view body, core::Date today);

/// All fields of a patient, from the same body; `registeredDate` stays as it is when it is not
/// given.
core::Result<PatientUpdate> read_whole_patient(std::string_view body, core::Date today);

/// The fields given, from a JSON Merge Patch (RFC 7396). Null, which would remove a field, is a
/// violation: a patient needs them all.
core::Result<PatientUpdate> read_merge_patch(std::string_view body, core::Date today);

std::string to_json(const Patient&);
std::string to_json(const Registered&);
std::string to_json(const PatientPage&, const ListRequest&);

}  // namespace pms::patient
