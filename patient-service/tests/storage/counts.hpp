// How many rows the tables of patient-service have.
#pragma once

#include "database/statement.hpp"

namespace pms::patient {

inline constexpr database::Statement count_patients("SELECT COUNT(*) FROM patient");
inline constexpr database::Statement count_history("SELECT COUNT(*) FROM patient_history");
inline constexpr database::Statement count_outbox("SELECT COUNT(*) FROM outbox");

}  // namespace pms::patient
