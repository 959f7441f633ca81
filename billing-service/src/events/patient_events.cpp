#include "events/patient_events.hpp"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "patient/v1/patient_event.pb.h"

namespace pms::billing {
namespace {

std::optional<PatientChange::Kind> kind_of(std::string_view event_type) {
  if (event_type == "PATIENT_CREATED") return PatientChange::Kind::created;
  if (event_type == "PATIENT_UPDATED") return PatientChange::Kind::updated;
  if (event_type == "PATIENT_DELETED") return PatientChange::Kind::deleted;
  return std::nullopt;
}

std::optional<std::string> none_if_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace

core::Result<PatientChange> parse_patient_event(std::string_view bytes) {
  ::patient::v1::PatientEvent event;
  if (!event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return core::fail(core::Errc::invalid, "not a PatientEvent");
  if (auto wrong = check_patient_id(event.patientid())) return core::fail_field("patientId", *wrong);
  const auto kind = kind_of(event.event_type());
  if (!kind) return core::fail_field("event_type", "must be PATIENT_CREATED, PATIENT_UPDATED or PATIENT_DELETED");
  if (event.version() < 0) return core::fail_field("version", "must not be negative");
  return PatientChange{.kind = *kind,
                       .patient_id = event.patientid(),
                       .name = none_if_empty(event.name()),
                       .email = none_if_empty(event.email()),
                       .version = event.version()};
}

core::Result<> handle_patient_event(std::string_view bytes, const ApplyPatientEvent& apply, AccountChanges& changes) {
  const auto change = parse_patient_event(bytes);
  if (!change) return std::unexpected(change.error());
  apply(*change, changes);
  return {};
}

}  // namespace pms::billing
