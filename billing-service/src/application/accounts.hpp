// The port to where accounts are kept.
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

/// Holds one account for each patient, whoever comes first and however often. Errors of all: unavailable,
/// deadline_exceeded; of changes also storage_full.
class Accounts {
 public:
  using Deadline = core::Deadline;
  using Found = core::Result<std::optional<BillingAccount>>;

  virtual ~Accounts() = default;

  /// Stores the account unless its patient has one; returns the one that is there then, unchanged.
  virtual core::Task<core::Result<BillingAccount>> insert_or_get(BillingAccount, Deadline) = 0;

  virtual core::Task<Found> find(std::string id, Deadline) = 0;
  virtual core::Task<Found> find_of_patient(std::string patient_id, Deadline) = 0;

  /// In the order of their ids, those after `after_id` (all when empty), at most `limit`.
  virtual core::Task<core::Result<std::vector<BillingAccount>>> list(std::string after_id, std::int64_t limit,
                                                                     Deadline) = 0;

  /// Closes the account; one that is closed stays as it is.
  virtual core::Task<Found> close(std::string id, core::Timestamp now, Deadline) = 0;
};

}  // namespace pms::billing
