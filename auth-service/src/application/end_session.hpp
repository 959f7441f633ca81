// Use case: a session ends early, because the user logs out or a refresh token has been stolen.
#pragma once

#include <string>

#include "application/sessions.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "security/revocations.hpp"

namespace pms::auth {

class EndSession {
 public:
  /// `revoked` is the revocation list of this process's own verifier: revocations are added to it
  /// directly, so that they apply here without waiting for the next read of the feed.
  EndSession(Sessions& sessions, const core::Clock& clock, security::RevocationList& revoked)
      : sessions_(sessions), clock_(clock), revoked_(revoked) {}

  core::Task<core::Result<>> operator()(std::string session_id, Deadline);

 private:
  Sessions& sessions_;
  const core::Clock& clock_;
  security::RevocationList& revoked_;
};

}  // namespace pms::auth
