// The port to finding patients. Each engine searches in its own way and has a file of its own.
#pragma once

#include <cstdint>
#include <memory>

#include "application/patients.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::patient {

class PatientSearch {
 public:
  virtual ~PatientSearch() = default;

  /// See Patients::search(). `patients` is how many patients there are.
  virtual core::Task<core::Result<Found>> search(const Search&, const Slice&, std::int64_t patients,
                                                 std::int64_t max_counted, Deadline) = 0;
};

/// The searcher for the engine of the database, which outlives it.
std::unique_ptr<PatientSearch> search_on(database::Database&);

}  // namespace pms::patient
