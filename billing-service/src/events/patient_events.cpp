#include "events/patient_events.hpp"

#include <expected>
#include <utility>

namespace pms::billing {

PatientChange change_of(clinic::PatientEvent event) {
  return {.kind = event.kind,
          .patient_id = std::move(event.patient_id),
          .name = std::move(event.name),
          .email = std::move(event.email),
          .version = event.version};
}

core::Result<> handle_patient_event(std::string_view bytes, const ApplyPatientEvent& apply, AccountChanges& changes) {
  auto event = clinic::read_patient_event(bytes);
  if (!event) return std::unexpected(std::move(event.error()));
  apply(change_of(std::move(*event)), changes);
  return {};
}

}  // namespace pms::billing
