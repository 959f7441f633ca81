// Declares the port through which revocations are read.
#pragma once

#include <cstdint>

#include "core/clock.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "security/revocations.hpp"

namespace pms::auth {

using core::Deadline;

/// Stores the revocation feed. Thread-safe. Each function can fail with unavailable,
/// deadline_exceeded or storage_full.
class Revocations {
 public:
  virtual ~Revocations() = default;
  /// Returns the next entries after this number that have not expired, at most 1000.
  virtual core::Task<core::Result<security::RevocationFeed>> after(std::int64_t number, core::Timestamp now,
                                                                   Deadline) = 0;
  virtual core::Task<core::Result<>> remove_expired(core::Timestamp now, Deadline) = 0;
};

}  // namespace pms::auth
