// Topic `patient`: PatientEvent (proto/patient/v1) to changes of accounts.
#pragma once

#include <string_view>

#include "application/apply_patient_event.hpp"
#include "core/result.hpp"

namespace pms::billing {

constexpr std::string_view patient_topic = "patient";

/// Errors (`invalid`): not a PatientEvent; patientId missing or too long; an unknown event_type; a negative version.
core::Result<PatientChange> parse_patient_event(std::string_view bytes);

/// Applies the event in `bytes`. The same errors: the event is poisoned.
core::Result<> handle_patient_event(std::string_view bytes, const ApplyPatientEvent&, AccountChanges&);

}  // namespace pms::billing
