#include "events/patient_changes.hpp"

#include <expected>
#include <utility>

namespace pms::analytics {

core::Result<PatientChange> read_change(const messaging::StoredRecord& stored) {
  auto event = clinic::read_patient_event(stored.record.value);
  if (!event) return std::unexpected(std::move(event.error()));
  return PatientChange{.kind = event->kind,
                       .patient_id = std::move(event->patient_id),
                       .version = event->version,
                       .registered_date = event->registered_date,
                       .at = event->occurred_at.value_or(stored.timestamp)};
}

}  // namespace pms::analytics
