#include "storage/patient_columns.hpp"

#include <array>
#include <fmt/format.h>
#include <optional>

#include "core/text.hpp"
#include "core/time.hpp"
#include "database/columns.hpp"
#include "storage/search/name_search.hpp"

namespace pms::patient {
namespace {

void read_value(const database::Row& row, std::size_t index, std::string& text) { text = row.text(index); }
void read_value(const database::Row& row, std::size_t index, std::optional<std::string>& text) {
  text = row.optional_text(index);
}
void read_value(const database::Row& row, std::size_t index, core::Date& date) { date = row.date(index); }
void read_value(const database::Row& row, std::size_t index, std::optional<core::Date>& date) {
  date = row.optional_date(index);
}

/// The column of a field and of the member that changes it.
template <auto field, auto new_field>
constexpr FieldColumn column(std::string_view name) {
  return {.name = name,
          .value = [](const Patient& patient) { return database::Value(database::to_column(patient.*field)); },
          .new_value = [](const PatientUpdate& update) { return database::to_column(update.*new_field); },
          .read = [](const database::Row& row, std::size_t index,
                     Patient& patient) { read_value(row, index, patient.*field); }};
}

constexpr std::array fields = {
    column<&Patient::name, &PatientUpdate::name>("name"),
    column<&Patient::email, &PatientUpdate::email>("email"),
    column<&Patient::address, &PatientUpdate::address>("address"),
    column<&Patient::date_of_birth, &PatientUpdate::date_of_birth>("date_of_birth"),
    column<&Patient::registered_date, &PatientUpdate::registered_date>("registered_date"),
};

constexpr std::array computed = {
    ComputedColumn{
        .name = "name_search",
        .value = [](const Patient& patient) { return database::Value(name_search_text(patient.name)); },
        .new_value =
            [](const PatientUpdate& update) { return database::to_column(update.name.transform(name_search_text)); }},
    ComputedColumn{.name = "name_sort",
                   .value = [](const Patient& patient) { return database::Value(core::fold_for_sort(patient.name)); },
                   .new_value =
                       [](const PatientUpdate& update) {
                         return database::to_column(update.name.transform(core::fold_for_sort));
                       }},
    ComputedColumn{
        .name = "email_key",
        .value = [](const Patient& patient) { return database::to_column(patient.email.transform(core::email_key)); },
        .new_value =
            [](const PatientUpdate& update) { return database::to_column(update.email.transform(core::email_key)); }},
};

struct SortColumn {
  std::string_view name;
  std::string (*text)(const Patient&);
};

/// In the order of SortField.
constexpr std::array sort_columns = {
    SortColumn{"name_sort", [](const Patient& patient) { return core::fold_for_sort(patient.name); }},
    SortColumn{"email_sort",
               [](const Patient& patient) { return patient.email.transform(core::email_key).value_or(""); }},
    SortColumn{"registered_date", [](const Patient& patient) { return core::format_date(patient.registered_date); }},
    SortColumn{"date_of_birth_sort",
               [](const Patient& patient) { return patient.date_of_birth.transform(core::format_date).value_or(""); }},
};

std::string columns_of(std::string_view table, std::string_view id, std::string_view updated_at) {
  std::string columns = fmt::format("{0}.{1}, {0}.version, {0}.created_at, {0}.{2}", table, id, updated_at);
  for (const FieldColumn& field : fields) columns += fmt::format(", {}.{}", table, field.name);
  return columns;
}

}  // namespace

std::span<const FieldColumn> field_columns() { return fields; }
std::span<const ComputedColumn> computed_columns() { return computed; }

std::string field_column_names() {
  std::string names;
  for (const FieldColumn& field : fields) names.append(names.empty() ? "" : ", ").append(field.name);
  return names;
}

std::string columns_of_patient() { return columns_of("patient", "id", "updated_at"); }
std::string columns_of_history() { return columns_of("patient_history", "patient_id", "occurred_at"); }

Patient patient_of(const database::Row& row, std::size_t first) {
  Patient patient;
  patient.id = row.text(first);
  patient.version = row.integer(first + 1);
  patient.created_at = row.time(first + 2);
  patient.updated_at = row.time(first + 3);
  std::size_t index = first + 4;
  for (const FieldColumn& field : fields) field.read(row, index++, patient);
  return patient;
}

std::vector<Patient> patients_of(const database::Rows& rows) {
  std::vector<Patient> patients;
  patients.reserve(rows.size());
  for (const database::Row& row : rows) patients.push_back(patient_of(row));
  return patients;
}

std::string_view sort_column(SortField field) { return sort_columns.at(static_cast<std::size_t>(field)).name; }
std::size_t sort_field_count() { return sort_columns.size(); }

std::string sort_text(const Patient& patient, SortField field) {
  return sort_columns.at(static_cast<std::size_t>(field)).text(patient);
}

}  // namespace pms::patient
