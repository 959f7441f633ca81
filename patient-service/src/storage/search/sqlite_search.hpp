// Finds patients on SQLite, with its full-text index FTS5, and chooses the fastest way to find a
// page of them.
#pragma once

#include <cstdint>

#include "storage/search/patient_search.hpp"

namespace pms::patient {

class SqliteSearch : public PatientSearch {
 public:
  explicit SqliteSearch(database::Database& database) : database_(database) {}

  core::Task<core::Result<Found>> search(const Search&, const Slice&, std::int64_t patients, std::int64_t max_counted,
                                         Deadline) override;

 private:
  database::Database& database_;
};

}  // namespace pms::patient
