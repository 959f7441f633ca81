#include "application/close_account.hpp"

#include <expected>
#include <string>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::billing {

core::Task<core::Result<BillingAccount>> CloseAccount::operator()(std::string id, core::Deadline deadline) {
  auto closed = co_await accounts_.close(std::move(id), clock_.now(), deadline);
  if (!closed) co_return std::unexpected(closed.error());
  if (!*closed) co_return core::fail(core::Errc::not_found, "no such account");
  co_return std::move(**closed);
}

}  // namespace pms::billing
