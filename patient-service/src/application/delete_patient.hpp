// Deletes a patient: it can no longer be found, its e-mail address is free again, and its history
// stays.
#pragma once

#include <string_view>

#include "application/patients.hpp"
#include "application/request_origin.hpp"
#include "clinic/calendar.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"

namespace pms::patient {

class DeletePatient {
 public:
  DeletePatient(Patients& patients, const clinic::Calendar& clinic, core::IdGenerator& ids)
      : patients_(patients), clinic_(clinic), ids_(ids) {}

  /// Errors: not_found (also when it has been deleted already), precondition_failed, and those of
  /// the store.
  core::Task<core::Result<>> operator()(std::string_view id, const ExpectedVersions&, const RequestOrigin&);

 private:
  Patients& patients_;
  const clinic::Calendar& clinic_;
  core::IdGenerator& ids_;
};

}  // namespace pms::patient
