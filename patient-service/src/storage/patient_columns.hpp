// How a patient is stored in the rows of `patient` and `patient_history`: the one list of its
// columns. Every statement is built from this list.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "application/patients.hpp"
#include "database/value.hpp"

namespace pms::patient {

/// A column of both tables that holds one field of a patient as it is.
struct FieldColumn {
  std::string_view name;
  database::Value (*value)(const Patient&);
  database::Value (*new_value)(const PatientUpdate&);  ///< NULL if the field keeps its value
  void (*read)(const database::Row&, std::size_t index, Patient&);
};

/// A column of `patient` that is computed from a field, to search and sort by.
struct ComputedColumn {
  std::string_view name;
  database::Value (*value)(const Patient&);
  database::Value (*new_value)(const PatientUpdate&);  ///< NULL if the field keeps its value
};

std::span<const FieldColumn> field_columns();
std::span<const ComputedColumn> computed_columns();

/// The names of the field columns, separated by commas.
std::string field_column_names();

/// What a statement selects from `patient`, or from `patient_history`, so that patient_of() can
/// read the row.
std::string columns_of_patient();
std::string columns_of_history();

/// The patient of a row. `first` is the index of the first of those columns.
Patient patient_of(const database::Row&, std::size_t first = 0);
std::vector<Patient> patients_of(const database::Rows&);

/// The column that the list is sorted by; there are `sort_field_count` of them.
std::string_view sort_column(SortField);
std::size_t sort_field_count();

/// The text that the sort column holds for the patient.
std::string sort_text(const Patient&, SortField);

}  // namespace pms::patient
