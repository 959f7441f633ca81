// The port to the stored revocations.
#pragma once

#include <cstdint>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "security/revocations.hpp"

namespace pms::auth {

using core::Deadline;

/// Thread-safe. Every call can fail with unavailable, deadline_exceeded or storage_full besides the errors it names.
class Revocations {
 public:
  virtual ~Revocations() = default;
  /// The next entries after this number that still matter, a thousand at most.
  virtual core::Task<core::Result<security::RevocationFeed>> after(std::int64_t number, core::Timestamp now,
                                                                   Deadline) = 0;
  virtual core::Task<core::Result<>> remove_expired(core::Timestamp now, Deadline) = 0;
};

}  // namespace pms::auth
