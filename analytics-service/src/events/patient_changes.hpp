// Converts records of the topic `patient` to changes to count.
#pragma once

#include <string_view>

#include "clinic/patient_event.hpp"
#include "core/result.hpp"
#include "domain/patient_change.hpp"
#include "messaging/event_log.hpp"

namespace pms::analytics {

using clinic::patient_topic;
constexpr std::string_view consumer_group = "analytics-service";

/// Parses the event of a record. An event without a time gets the time at which it was appended to
/// the log. Errors: those of clinic::read_patient_event(), which mean that the event is poisoned.
core::Result<PatientChange> read_change(const messaging::StoredRecord&);

}  // namespace pms::analytics
