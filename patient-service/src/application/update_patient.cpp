#include "application/update_patient.hpp"

#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::patient {

core::Task<core::Result<Patient>> UpdatePatient::operator()(std::string_view id, const PatientUpdate& update,
                                                            const ExpectedVersions& expected,
                                                            const RequestOrigin& origin) {
  const Change change = origin.change(ChangeKind::updated, ids_.next(), clinic_.now());
  co_return co_await patients_.update(id, update, change, expected, origin.deadline);
}

}  // namespace pms::patient
