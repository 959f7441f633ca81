// Finding patients, and which of the ways to find a page of them is the quickest.
#pragma once

#include <cstdint>

#include "application/patient_repository.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::patient {

/// See PatientRepository::search(). `patients` is how many there are.
core::Task<core::Result<Found>> search_patients(database::Database&, const Search&, const Slice&, std::int64_t patients,
                                                std::int64_t counted, Deadline);

}  // namespace pms::patient
