// Records of topic `patient` as changes to count.
#pragma once

#include <string_view>

#include "core/result.hpp"
#include "domain/patient_change.hpp"
#include "messaging/event_log.hpp"

namespace pms::analytics {

constexpr std::string_view patient_topic = "patient";
constexpr std::string_view consumer_group = "analytics-service";

/// Error: `invalid`: not a PatientEvent, of an unknown type, without a patient, or with a field that breaks its rule.
/// No repetition mends such an event.
core::Result<PatientChange> read_change(const messaging::StoredRecord&);

}  // namespace pms::analytics
