#include "application/list_patients.hpp"

#include <algorithm>
#include <cstddef>
#include <expected>

#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::patient {

core::Task<core::Result<PatientPage>> ListPatients::operator()(const ListRequest& request, Deadline deadline) {
  Slice slice;
  slice.field = request.field;
  slice.direction = request.direction;
  slice.limit = request.size + 1;  // one more tells whether there is a next page

  core::Result<Patient> last;
  if (request.after) {
    last = co_await patients_.find_version(request.after->patient_id, request.after->version, deadline);
    if (!last && last.error().code == core::Errc::not_found)
      co_return core::fail_field("cursor", "must be the cursor of a Link: next that this service sent");
    if (!last) co_return std::unexpected(std::move(last.error()));
    slice.after = &*last;
  } else {
    slice.offset = (request.page - 1) * request.size;
    if (slice.offset >= numbered_limit)
      co_return core::fail_field("page", "must start within the first 100000 patients; follow Link: next beyond that");
  }

  auto page = co_await page_of(request, slice, deadline);
  if (page && page->patients.size() > static_cast<std::size_t>(request.size)) {
    page->patients.pop_back();
    page->next = Position{page->patients.back().id, page->patients.back().version};
  }
  co_return page;
}

core::Task<core::Result<PatientPage>> ListPatients::page_of(const ListRequest& request, const Slice& slice,
                                                            Deadline deadline) {
  PatientPage page;
  if (request.search) {
    auto found = co_await patients_.search(*request.search, slice, counted_limit, deadline);
    if (!found) co_return std::unexpected(std::move(found.error()));
    page.patients = std::move(found->patients);
    page.total_is_lower_bound = found->total > counted_limit;
    page.total = std::min(found->total, counted_limit);
    co_return page;
  }
  auto patients = co_await patients_.list(slice, deadline);
  if (!patients) co_return std::unexpected(std::move(patients.error()));
  page.patients = std::move(*patients);
  const auto total = co_await patients_.count(deadline);
  if (!total) co_return std::unexpected(total.error());
  page.total = *total;
  co_return page;
}

}  // namespace pms::patient
