// Ending a session before its time: logging out, and a refresh token in the wrong hands.
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
  /// `revoked`: the list of this process's own verifier, which need not wait for the feed.
  EndSession(Sessions& sessions, const core::Clock& clock, security::RevocationList& revoked)
      : sessions_(sessions), clock_(clock), revoked_(revoked) {}

  core::Task<core::Result<>> operator()(std::string session_id, Deadline);

 private:
  Sessions& sessions_;
  const core::Clock& clock_;
  security::RevocationList& revoked_;
};

}  // namespace pms::auth
