#include "storage/search/patient_search.hpp"

#include "storage/search/sqlite_search.hpp"

namespace pms::patient {

std::unique_ptr<PatientSearch> search_on(database::Database& database) {
  return std::make_unique<SqliteSearch>(database);
}

}  // namespace pms::patient
