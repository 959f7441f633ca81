// The event that every change of a patient publishes: its topic, its limits, and the only reader
// and writer of its bytes (proto/patient/v1/patient_event.proto).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/time.hpp"

namespace pms::clinic {

constexpr std::string_view patient_topic = "patient";

/// The limit of a patient's version. It is far more changes than a patient ever has, and small
/// enough that sums over all patients stay exact.
constexpr std::int64_t max_patient_version = 1'000'000'000;

enum class ChangeKind : std::uint8_t { created, updated, deleted };

/// Returns the event's type as the topic names it, e.g. PATIENT_CREATED.
std::string_view event_type_of(ChangeKind);

struct PatientEvent {
  ChangeKind kind = ChangeKind::created;
  std::string id;  ///< of the event; empty if the producer did not set it
  std::string patient_id;
  std::optional<std::string> name;             ///< after the change
  std::optional<std::string> email;            ///< after the change
  std::optional<core::Timestamp> occurred_at;  ///< 1970 to 9999
  std::int64_t version = 0;  ///< of the patient after the change, from 1; 0 if the producer did not set it
  std::optional<core::Date> date_of_birth;
  std::optional<core::Date> registered_date;
  std::string actor_id;  ///< the user who made the change; empty if the producer did not set it
};

/// Serializes the event. The bytes are published with the patient's id as the key.
std::string write_patient_event(const PatientEvent&);

/// Parses an event. Fields that a later producer added are ignored. Errors (`invalid`): the bytes
/// are not a PatientEvent; the patient id breaks check_patient_id(); the type is not one of the
/// three; the version is not 0 to max_patient_version; a date does not exist; the time is not from
/// 1970 to 9999. Such an event fails on every attempt.
core::Result<PatientEvent> read_patient_event(std::string_view bytes);

/// Returns the rule that the id breaks, or nothing: 1 to 64 characters, not blank, no control
/// characters. Patient ids are UUIDs today; earlier systems used other ids.
std::optional<std::string> check_patient_id(std::string_view);

}  // namespace pms::clinic
