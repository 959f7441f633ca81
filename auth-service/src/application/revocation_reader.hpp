// Passes the revocations of all replicas of auth-service to this process's own verifier.
#pragma once

#include <cstdint>

#include "application/revocations.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::auth {

/// Copies the revocation feed to a revocation list. Not thread-safe: only one read() may run at a
/// time.
class RevocationReader {
 public:
  RevocationReader(Revocations& feed, const core::Clock& clock, security::RevocationList& list)
      : feed_(feed), clock_(clock), list_(list) {}

  /// Adds the new entries of the feed to the list and removes expired entries from the list.
  core::Task<core::Result<>> read(Deadline);

 private:
  Revocations& feed_;
  const core::Clock& clock_;
  security::RevocationList& list_;
  std::int64_t read_up_to_ = 0;
};

}  // namespace pms::auth
