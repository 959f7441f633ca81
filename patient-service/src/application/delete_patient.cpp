#include "application/delete_patient.hpp"

#include <expected>

#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::patient {

core::Task<core::Result<>> DeletePatient::operator()(std::string_view id, const ExpectedVersions& expected,
                                                     const RequestOrigin& origin) {
  const Change change = origin.change(ChangeKind::deleted, ids_.next(), clinic_.now());
  const auto deleted = co_await patients_.remove(id, change, expected, origin.deadline);
  if (!deleted) co_return std::unexpected(deleted.error());
  co_return core::Result<>();
}

}  // namespace pms::patient
