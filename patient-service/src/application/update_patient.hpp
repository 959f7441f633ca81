// Changes some fields of a patient, or all of them.
#pragma once

#include <string_view>

#include "application/origin.hpp"
#include "application/patient_repository.hpp"
#include "clinic/calendar.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"

namespace pms::patient {

class UpdatePatient {
 public:
  UpdatePatient(PatientRepository& patients, const clinic::Calendar& clinic, core::IdGenerator& ids)
      : patients_(patients), clinic_(clinic), ids_(ids) {}

  /// The patient one version on, also when every field had its new value already: whoever says what is right today has
  /// confirmed it, and the history shows that. Errors: not_found, precondition_failed, conflict (`email` in use), and
  /// the repository's.
  core::Task<core::Result<Patient>> operator()(std::string_view id, const PatientUpdate&, const ExpectedVersions&,
                                               const Origin&);

 private:
  PatientRepository& patients_;
  const clinic::Calendar& clinic_;
  core::IdGenerator& ids_;
};

}  // namespace pms::patient
