#include "application/create_account.hpp"

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::billing {

core::Task<core::Result<BillingAccount>> CreateAccount::operator()(NewAccount input, core::Deadline deadline) {
  BillingAccount account = open_account(std::move(input), ids_.next(), clock_.now());
  co_return co_await accounts_.insert_or_get(std::move(account), deadline);
}

}  // namespace pms::billing
