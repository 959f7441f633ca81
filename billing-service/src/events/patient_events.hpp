// Converts events of the topic `patient` to changes of accounts.
#pragma once

#include <string_view>

#include "application/apply_patient_event.hpp"
#include "clinic/patient_event.hpp"
#include "core/result.hpp"

namespace pms::billing {

using clinic::patient_topic;

PatientChange change_of(clinic::PatientEvent);

/// Applies the event in `bytes`. Errors: those of clinic::read_patient_event(), which mean that the
/// event is poisoned.
core::Result<> handle_patient_event(std::string_view bytes, const ApplyPatientEvent&, AccountChanges&);

}  // namespace pms::billing
