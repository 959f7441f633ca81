// Records of topic `patient` as changes to count.
#pragma once

#include <string_view>

#include "clinic/patient_event.hpp"
#include "core/result.hpp"
#include "domain/patient_change.hpp"
#include "messaging/event_log.hpp"

namespace pms::analytics {

using clinic::patient_topic;
constexpr std::string_view consumer_group = "analytics-service";

/// An event that does not say when it happened gets the time at which it was logged. Errors: those of
/// clinic::read_patient_event(); the event is poisoned.
core::Result<PatientChange> read_change(const messaging::StoredRecord&);

}  // namespace pms::analytics
