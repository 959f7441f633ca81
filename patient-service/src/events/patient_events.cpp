#include "events/patient_events.hpp"

#include <string>

#include "core/result.hpp"
#include "core/time.hpp"
#include "storage/pending_events.hpp"

namespace pms::patient {
namespace {

clinic::PatientEvent event_of(const PendingEvent& pending) {
  const Patient& patient = pending.patient;
  return {.kind = pending.kind,
          .id = pending.event_id,
          .patient_id = patient.id,
          .name = patient.name,
          .email = patient.email,
          .occurred_at = patient.updated_at,
          .version = patient.version,
          .date_of_birth = patient.date_of_birth,
          .registered_date = patient.registered_date,
          .actor_id = pending.actor_id};
}

core::Result<messaging::Record> encode(const database::Row& row) {
  const PendingEvent pending = pending_event_of(row);
  messaging::Record record;
  record.key = pending.patient.id;
  record.value = clinic::write_patient_event(event_of(pending));
  record.headers = {{"ce_specversion", "1.0"},
                    {"ce_id", pending.event_id},
                    {"ce_type", std::string(clinic::event_type_of(pending.kind))},
                    {"ce_source", "/patient-service"},
                    {"ce_time", core::format_timestamp(pending.patient.updated_at)},
                    {"content-type", "application/protobuf"}};
  if (!pending.trace_parent.empty()) record.headers.emplace_back("traceparent", pending.trace_parent);
  return record;
}

}  // namespace

messaging::OutboxSource patient_events() {
  return {.service = "patient-service",
          .topic = std::string(patient_topic),
          .pending = select_pending_events(),
          .encode = encode};
}

}  // namespace pms::patient
