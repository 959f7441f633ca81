// Declares the port through which billing accounts are stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "domain/billing_account.hpp"

namespace pms::billing {

/// Stores at most one account for each patient, even if several callers ask for it repeatedly or at
/// the same time. Each function can fail with unavailable or deadline_exceeded; functions that
/// change accounts can also fail with storage_full.
class Accounts {
 public:
  using Deadline = core::Deadline;
  using Found = core::Result<std::optional<BillingAccount>>;

  virtual ~Accounts() = default;

  /// Stores the account if its patient has none. Otherwise returns the existing account unchanged.
  virtual core::Task<core::Result<BillingAccount>> insert_or_get(BillingAccount, Deadline) = 0;

  virtual core::Task<Found> find(std::string id, Deadline) = 0;
  virtual core::Task<Found> find_of_patient(std::string patient_id, Deadline) = 0;

  /// Returns at most `limit` accounts whose ids come after `after_id`, in the order of their ids.
  /// An empty `after_id` starts with the first account.
  virtual core::Task<core::Result<std::vector<BillingAccount>>> list(std::string after_id, std::int64_t limit,
                                                                     Deadline) = 0;

  /// Closes the account and returns it. An account that is already closed is returned unchanged.
  /// Returns nothing if there is no such account.
  virtual core::Task<Found> close(std::string id, core::Timestamp now, Deadline) = 0;
};

}  // namespace pms::billing
