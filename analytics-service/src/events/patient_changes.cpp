#include "events/patient_changes.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <optional>

#include "patient/v1/patient_event.pb.h"

namespace pms::analytics {
namespace {

/// Far more changes than any patient has, and few enough that the sums over all patients stay exact.
constexpr std::int64_t highest_version = 1'000'000'000;
constexpr std::size_t longest_id = 64;
constexpr std::int64_t latest_time_s = 253'402'300'799;  // the end of the year 9999

std::optional<ChangeKind> kind_of(std::string_view event_type) {
  if (event_type == "PATIENT_CREATED") return ChangeKind::created;
  if (event_type == "PATIENT_UPDATED") return ChangeKind::updated;
  if (event_type == "PATIENT_DELETED") return ChangeKind::deleted;
  return std::nullopt;
}

/// When it happened, or nothing when there is no such time. `logged`: when the event does not say.
std::optional<core::Timestamp> time_of(const ::patient::v1::PatientEvent& event, core::Timestamp logged) {
  if (!event.has_occurred_at()) return logged;
  const std::int64_t seconds = event.occurred_at().seconds();
  const std::int32_t nanos = event.occurred_at().nanos();
  if (seconds < 0 || seconds > latest_time_s || nanos < 0 || nanos > 999'999'999) return std::nullopt;
  return core::Timestamp(std::chrono::seconds(seconds) + std::chrono::microseconds(nanos / 1'000));
}

}  // namespace

core::Result<PatientChange> read_change(const messaging::StoredRecord& stored) {
  ::patient::v1::PatientEvent event;
  if (!event.ParseFromString(stored.record.value)) return core::fail(core::Errc::invalid, "not a PatientEvent");
  const auto kind = kind_of(event.event_type());
  if (!kind) return core::fail_field("event_type", "must be PATIENT_CREATED, PATIENT_UPDATED or PATIENT_DELETED");
  if (event.patientid().empty() || event.patientid().size() > longest_id)
    return core::fail_field("patientId", fmt::format("must have 1 to {} characters", longest_id));
  if (event.version() < 0 || event.version() > highest_version)
    return core::fail_field("version", fmt::format("must be 0 to {}", highest_version));

  PatientChange change;
  change.kind = *kind;
  change.patient_id = event.patientid();
  change.version = event.version();
  if (!event.registered_date().empty()) {
    change.registered_date = core::parse_date(event.registered_date());
    if (!change.registered_date)
      return core::fail_field("registered_date", "must be a date that exists, as 2026-02-03");
  }
  const auto at = time_of(event, stored.timestamp);
  if (!at) return core::fail_field("occurred_at", "must be a time from 1970 to 9999");
  change.at = *at;
  return change;
}

}  // namespace pms::analytics
