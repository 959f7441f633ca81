// The port to the failed logins, counted for each e-mail.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "domain/throttling.hpp"

namespace pms::auth {

using core::Deadline;

/// Thread-safe. Every call can fail with unavailable, deadline_exceeded or storage_full besides the errors it names.
class FailedLogins {
 public:
  virtual ~FailedLogins() = default;
  /// Of an e-mail whatever its case, and whether there is such a user or not.
  virtual core::Task<core::Result<Failures>> find(std::string email, Deadline) = 0;
  /// One more. Returns how many there are now, or nothing when there were `limit` already: then nothing is counted.
  virtual core::Task<core::Result<std::optional<std::int64_t>>> add(std::string email, std::int64_t limit,
                                                                    core::Timestamp now, Deadline) = 0;
  /// Forgets them while there are fewer than `limit`.
  virtual core::Task<core::Result<>> forget(std::string email, std::int64_t limit, Deadline) = 0;
  virtual core::Task<core::Result<>> remove_before(core::Timestamp, Deadline) = 0;
};

}  // namespace pms::auth
