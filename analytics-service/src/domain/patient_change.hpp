// A change of a patient, as far as it is counted. No I/O here.
//
// How changes are counted. Versions of a patient begin with 1 and rise by one: so version n tells of one creation and
// of n - 1 changes after it, whichever of their events have been seen. A change with a higher version than the last one
// counted brings the counts up to its own; one with a lower or equal version is a repeat or late, and has been counted.
// So the counts of patients do not depend on repeats, order or gaps; `events processed` counts the events that brought
// something new.
//
// A change without a version (from earlier producers) has no identity but its place in the log, which the consumer's
// position lets through once; it counts as what it says it is.
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
  std::int64_t version = 0;  ///< from 1; 0: the producer knew none
  std::optional<core::Date> registered_date;
  core::Timestamp at{};
};

/// What GET /summary tells.
struct Summary {
  std::int64_t patients_created = 0;
  std::int64_t patients_updated = 0;
  std::int64_t patients_deleted = 0;
  std::int64_t active_patients = 0;
  std::int64_t events_processed = 0;
  std::optional<core::Timestamp> as_of;  ///< none: no event yet
};

}  // namespace pms::analytics
