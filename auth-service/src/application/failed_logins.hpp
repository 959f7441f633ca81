// Declares the port through which failed logins are stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "domain/throttling.hpp"

namespace pms::auth {

using core::Deadline;

/// Stores the failed logins of each e-mail. Thread-safe. Each function can fail with unavailable,
/// deadline_exceeded or storage_full.
class FailedLogins {
 public:
  virtual ~FailedLogins() = default;
  /// Returns the failures of an e-mail, which is compared without regard to case. There need not be
  /// a user with this e-mail.
  virtual core::Task<core::Result<Failures>> find(std::string email, Deadline) = 0;
  /// Counts one more failure and returns the new number of failures. If there are already `limit`
  /// failures, counts nothing and returns nothing.
  virtual core::Task<core::Result<std::optional<std::int64_t>>> add(std::string email, std::int64_t limit,
                                                                    core::Timestamp now, Deadline) = 0;
  /// Deletes the failures of this e-mail if there are fewer than `limit`.
  virtual core::Task<core::Result<>> forget(std::string email, std::int64_t limit, Deadline) = 0;
  virtual core::Task<core::Result<>> remove_before(core::Timestamp, Deadline) = 0;
};

}  // namespace pms::auth
