// One patient by id.
#pragma once

#include <string_view>

#include "application/patient_repository.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::patient {

class GetPatient {
 public:
  explicit GetPatient(PatientRepository& patients) : patients_(patients) {}

  /// Errors: not_found, and the repository's.
  core::Task<core::Result<Patient>> operator()(std::string_view id, Deadline deadline) {
    return patients_.find(id, deadline);
  }

 private:
  PatientRepository& patients_;
};

}  // namespace pms::patient
