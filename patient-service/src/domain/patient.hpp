// Patients, and the input for registering and changing them. No I/O here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/time.hpp"

namespace pms::patient {

/// What is needed to register a patient; its fields follow the rules in
/// clinic/person_rules.hpp.
struct NewPatient {
  std::string name;
  std::string email;
  std::string address;
  core::Date date_of_birth;
  std::optional<core::Date> registered_date;  ///< none: the day on which it is registered
};

/// New values for some fields of a patient, by the same rules; a field without one stays as it is.
struct PatientUpdate {
  std::optional<std::string> name = {};
  std::optional<std::string> email = {};
  std::optional<std::string> address = {};
  std::optional<core::Date> date_of_birth = {};
  std::optional<core::Date> registered_date = {};
};

/// One version of a patient. Versions begin with 1 and rise by one with each change.
struct Patient {
  std::string id;
  std::int64_t version = 0;
  std::string name;
  std::optional<std::string> email;
  std::optional<std::string> address;
  std::optional<core::Date> date_of_birth;
  core::Date registered_date;
  core::Timestamp created_at{};
  core::Timestamp updated_at{};

  static Patient registered(NewPatient, std::string id, core::Timestamp now, core::Date today);
};

/// Returns the rule that the text breaks, or nothing.
std::optional<std::string> check_date(std::string_view);

}  // namespace pms::patient
