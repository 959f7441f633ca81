#include "clinic/patient_event.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <expected>
#include <fmt/format.h>
#include <limits>

#include "core/text.hpp"
#include "patient/v1/patient_event.pb.h"

namespace pms::clinic {
namespace {

using Message = ::patient::v1::PatientEvent;

constexpr std::size_t max_patient_id_characters = 64;
constexpr std::int64_t max_time_s = 253'402'300'799;  // the end of the year 9999

constexpr std::array all_kinds = {ChangeKind::created, ChangeKind::updated, ChangeKind::deleted};

core::Result<ChangeKind> read_kind(const Message& message) {
  for (const ChangeKind kind : all_kinds)
    if (message.event_type() == event_type_of(kind)) return kind;
  return core::fail_field("event_type", "must be PATIENT_CREATED, PATIENT_UPDATED or PATIENT_DELETED");
}

core::Result<std::optional<core::Date>> read_date(std::string_view field, const std::string& text) {
  if (text.empty()) return std::nullopt;
  const auto date = core::parse_date(text);
  if (!date) return core::fail_field(std::string(field), "must be a valid date, e.g. 2026-02-03");
  return date;
}

core::Result<std::optional<core::Timestamp>> read_time(const Message& message) {
  if (!message.has_occurred_at()) return std::nullopt;
  const std::int64_t seconds = message.occurred_at().seconds();
  const std::int32_t nanos = message.occurred_at().nanos();
  if (seconds < 0 || seconds > max_time_s || nanos < 0 || nanos > 999'999'999)
    return core::fail_field("occurred_at", "must be a time from 1970 to 9999");
  return core::Timestamp(std::chrono::seconds(seconds) + std::chrono::microseconds(nanos / 1'000));
}

void write_time(core::Timestamp time, google::protobuf::Timestamp& message) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  message.set_seconds(seconds.time_since_epoch().count());
  message.set_nanos(static_cast<std::int32_t>(std::chrono::nanoseconds(time - seconds).count()));
}

std::optional<std::string> unless_empty(std::string&& text) {
  if (text.empty()) return std::nullopt;
  return std::move(text);
}

}  // namespace

std::string_view event_type_of(ChangeKind kind) {
  switch (kind) {
    case ChangeKind::created:
      return "PATIENT_CREATED";
    case ChangeKind::updated:
      return "PATIENT_UPDATED";
    case ChangeKind::deleted:
      return "PATIENT_DELETED";
  }
  return "";
}

std::string write_patient_event(const PatientEvent& event) {
  Message message;
  message.set_patientid(event.patient_id);
  message.set_name(event.name.value_or(""));
  message.set_email(event.email.value_or(""));
  message.set_event_type(std::string(event_type_of(event.kind)));
  message.set_event_id(event.id);
  if (event.occurred_at) write_time(*event.occurred_at, *message.mutable_occurred_at());
  message.set_version(event.version);
  if (event.date_of_birth) message.set_date_of_birth(core::format_date(*event.date_of_birth));
  if (event.registered_date) message.set_registered_date(core::format_date(*event.registered_date));
  message.set_actor_id(event.actor_id);
  return message.SerializeAsString();
}

core::Result<PatientEvent> read_patient_event(std::string_view bytes) {
  Message message;
  if (bytes.size() > std::numeric_limits<int>::max() ||
      !message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size())))
    return core::fail(core::Errc::invalid, "not a PatientEvent");
  if (auto wrong = check_patient_id(message.patientid())) return core::fail_field("patientId", std::move(*wrong));
  const auto kind = read_kind(message);
  if (!kind) return std::unexpected(kind.error());
  if (message.version() < 0 || message.version() > max_patient_version)
    return core::fail_field("version", fmt::format("must be 0 to {}", max_patient_version));
  const auto occurred_at = read_time(message);
  if (!occurred_at) return std::unexpected(occurred_at.error());
  const auto born = read_date("date_of_birth", message.date_of_birth());
  if (!born) return std::unexpected(born.error());
  const auto registered = read_date("registered_date", message.registered_date());
  if (!registered) return std::unexpected(registered.error());
  return PatientEvent{.kind = *kind,
                      .id = std::move(*message.mutable_event_id()),
                      .patient_id = std::move(*message.mutable_patientid()),
                      .name = unless_empty(std::move(*message.mutable_name())),
                      .email = unless_empty(std::move(*message.mutable_email())),
                      .occurred_at = *occurred_at,
                      .version = message.version(),
                      .date_of_birth = *born,
                      .registered_date = *registered,
                      .actor_id = std::move(*message.mutable_actor_id())};
}

std::optional<std::string> check_patient_id(std::string_view id) {
  if (core::is_utf8(id) && !core::is_blank(id) && !core::has_control_character(id) &&
      core::length_in_code_points(id) <= max_patient_id_characters)
    return std::nullopt;
  return fmt::format("must be 1 to {} characters, no control characters", max_patient_id_characters);
}

}  // namespace pms::clinic
