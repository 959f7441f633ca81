#include "domain/patient.hpp"

namespace pms::patient {

Patient Patient::registered(NewPatient input, std::string id, core::Timestamp now, core::Date today) {
  Patient patient;
  patient.id = std::move(id);
  patient.version = 1;
  patient.name = std::move(input.name);
  patient.email = std::move(input.email);
  patient.address = std::move(input.address);
  patient.date_of_birth = input.date_of_birth;
  patient.registered_date = input.registered_date.value_or(today);
  patient.created_at = now;
  patient.updated_at = now;
  return patient;
}

std::optional<std::string> check_date(std::string_view text) {
  if (core::parse_date(text)) return std::nullopt;
  return "must be a valid date, e.g. 1985-06-15";
}

}  // namespace pms::patient
