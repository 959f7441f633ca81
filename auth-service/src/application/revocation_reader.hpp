// Lets this process's own verifier know what any replica of auth-service has revoked.
#pragma once

#include <cstdint>

#include "application/revocations.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::auth {

/// One read at a time.
class RevocationReader {
 public:
  RevocationReader(Revocations& feed, const core::Clock& clock, security::RevocationList& list)
      : feed_(feed), clock_(clock), list_(list) {}

  /// Adds what is new in the feed to the list and forgets what has expired.
  core::Task<core::Result<>> read(Deadline);

 private:
  Revocations& feed_;
  const core::Clock& clock_;
  security::RevocationList& list_;
  std::int64_t read_up_to_ = 0;
};

}  // namespace pms::auth
