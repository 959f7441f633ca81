// Defines a change of a patient as far as it is counted. This file does no I/O.
//
// How changes are counted: the versions of a patient start at 1 and increase by one, so version n
// implies one creation and n - 1 later changes, regardless of which of their events have been seen.
// A change with a higher version than the last counted one raises the counts to its own version. A
// change with a lower or equal version is repeated or late and has already been counted. The counts
// of patients therefore do not depend on repeats, order or gaps. `events_processed` counts the
// events that contained something new.
//
// A change without a version (from earlier producers) has no identity except for its position in
// the log, which the consumer applies only once. It is counted as the kind of change that it
// states.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "clinic/patient_event.hpp"
#include "core/time.hpp"

namespace pms::analytics {

using clinic::ChangeKind;

struct PatientChange {
  ChangeKind kind = ChangeKind::created;
  std::string patient_id;
  std::int64_t version = 0;  ///< from 1; 0: unknown to the producer
  std::optional<core::Date> registered_date;
  core::Timestamp at{};
};

/// Contains the counts that GET /summary returns.
struct Summary {
  std::int64_t patients_created = 0;
  std::int64_t patients_updated = 0;
  std::int64_t patients_deleted = 0;
  std::int64_t active_patients = 0;
  std::int64_t events_processed = 0;
  std::optional<core::Timestamp> as_of;  ///< none before the first event
};

}  // namespace pms::analytics
