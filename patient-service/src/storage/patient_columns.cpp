#include "storage/patient_columns.hpp"

#include "core/text.hpp"

namespace pms::patient {
namespace {

core::Timestamp timestamp_of(std::int64_t microseconds) {
  return core::Timestamp(std::chrono::microseconds(microseconds));
}

std::optional<std::string> text_of(const database::Row& row, std::size_t column) {
  if (row.is_null(column)) return std::nullopt;
  return row.text(column);
}

}  // namespace

Patient patient_of(const database::Row& row) {
  Patient patient;
  patient.id = row.text(0);
  patient.version = row.integer(1);
  patient.name = row.text(2);
  patient.email = text_of(row, 3);
  patient.address = text_of(row, 4);
  if (!row.is_null(5)) patient.date_of_birth = core::parse_date(row.text(5));
  patient.registered_date = core::parse_date(row.text(6)).value();
  patient.created_at = timestamp_of(row.integer(7));
  patient.updated_at = timestamp_of(row.integer(8));
  return patient;
}

database::Value nullable(const std::optional<std::string>& text) {
  return text ? database::Value(*text) : database::Value(database::Null());
}

database::Value nullable(const std::optional<core::Date>& date) {
  return date ? database::Value(core::format_date(*date)) : database::Value(database::Null());
}

std::int64_t microseconds(core::Timestamp moment) { return moment.time_since_epoch().count(); }

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
