#include "application/find_accounts.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::billing {

core::Task<core::Result<BillingAccount>> FindAccounts::by_id(std::string id, core::Deadline deadline) {
  auto found = co_await accounts_.find(std::move(id), deadline);
  if (!found) co_return std::unexpected(found.error());
  if (!*found) co_return core::fail(core::Errc::not_found, "no such account");
  co_return std::move(**found);
}

core::Task<core::Result<std::vector<BillingAccount>>> FindAccounts::of_patient(std::string patient_id,
                                                                               core::Deadline deadline) {
  auto found = co_await accounts_.find_of_patient(std::move(patient_id), deadline);
  if (!found) co_return std::unexpected(found.error());
  std::vector<BillingAccount> accounts;
  if (*found) accounts.push_back(std::move(**found));
  co_return accounts;
}

core::Task<core::Result<AccountPage>> FindAccounts::page(std::string after, std::size_t size, core::Deadline deadline) {
  // Reads one account more than requested, to find out whether there is a next page.
  auto listed = co_await accounts_.list(std::move(after), static_cast<std::int64_t>(size) + 1, deadline);
  if (!listed) co_return std::unexpected(listed.error());
  AccountPage page;
  page.accounts = std::move(*listed);
  if (page.accounts.size() > size) {
    page.accounts.resize(size);
    page.next_after = page.accounts.back().id;
  }
  co_return page;
}

}  // namespace pms::billing
