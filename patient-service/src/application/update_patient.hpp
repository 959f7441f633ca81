// Changes some fields of a patient, or all of them.
#pragma once

#include <string_view>

#include "application/patients.hpp"
#include "application/request_origin.hpp"
#include "clinic/calendar.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"

namespace pms::patient {

class UpdatePatient {
 public:
  UpdatePatient(Patients& patients, const clinic::Calendar& clinic, core::IdGenerator& ids)
      : patients_(patients), clinic_(clinic), ids_(ids) {}

  /// Returns the patient in its next version, even if no value differs: the caller has confirmed
  /// the values, and the history shows that. Errors: not_found, precondition_failed, conflict
  /// (`email` in use), and those of the store.
  core::Task<core::Result<Patient>> operator()(std::string_view id, const PatientUpdate&, const ExpectedVersions&,
                                               const RequestOrigin&);

 private:
  Patients& patients_;
  const clinic::Calendar& clinic_;
  core::IdGenerator& ids_;
};

}  // namespace pms::patient
