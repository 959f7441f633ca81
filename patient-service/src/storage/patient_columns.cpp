#include "storage/patient_columns.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "core/text.hpp"

namespace pms::patient {
Patient patient_of(const database::Row& row) {
  Patient patient;
  patient.id = row.text(0);
  patient.version = row.integer(1);
  patient.name = row.text(2);
  patient.email = row.optional_text(3);
  patient.address = row.optional_text(4);
  if (!row.is_null(5)) patient.date_of_birth = core::parse_date(row.text(5));
  patient.registered_date = core::parse_date(row.text(6)).value();
  patient.created_at = row.time(7);
  patient.updated_at = row.time(8);
  return patient;
}

std::string sort_text(const Patient& patient, SortField field) {
  switch (field) {
    case SortField::name:
      return core::fold_for_sort(patient.name);
    case SortField::email:
      return patient.email ? core::email_key(*patient.email) : std::string();
    case SortField::registered_date:
      return core::format_date(patient.registered_date);
    case SortField::date_of_birth:
      return patient.date_of_birth ? core::format_date(*patient.date_of_birth) : std::string();
  }
  return {};
}

}  // namespace pms::patient
