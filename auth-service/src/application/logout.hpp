// Use case: a user logs out, which ends the caller's session and the session of a refresh token
// sent with the request.
#pragma once

#include <optional>
#include <string>

#include "application/end_session.hpp"
#include "application/sessions.hpp"
#include "clinic/caller.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::auth {

class Logout {
 public:
  Logout(Sessions& sessions, EndSession& end_session) : sessions_(sessions), end_session_(end_session) {}

  /// Ends the caller's session and, if a refresh token is given, that token's session. A refresh
  /// token that is unknown or belongs to another user is ignored (RFC 7009 section 2.2).
  core::Task<core::Result<>> operator()(const clinic::Caller&, std::optional<std::string> refresh_token, Deadline);

 private:
  Sessions& sessions_;
  EndSession& end_session_;
};

}  // namespace pms::auth
