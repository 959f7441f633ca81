// Use case: a refresh token is exchanged for a new pair of tokens, which continues the session.
// Each refresh token can be used once.
#pragma once

#include <optional>
#include <string>

#include "application/end_session.hpp"
#include "application/sessions.hpp"
#include "application/token_issuer.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::auth {

class Refresh {
 public:
  Refresh(Sessions&, EndSession&, const TokenIssuer&, const core::Clock&);

  /// Exchanges the refresh token for new tokens. Errors: unavailable if the account or session is
  /// changed during every attempt; unauthenticated, with the same message for every reason. A token
  /// that is used again after its grace period ends its session: both the client and a thief have
  /// it, and the service cannot tell them apart (RFC 9700 section 4.14.2).
  core::Task<core::Result<TokenPair>> operator()(std::string refresh_token, Deadline);

 private:
  core::Task<core::Result<std::optional<TokenPair>>> exchange(std::string hash, Deadline);

  Sessions& sessions_;
  EndSession& end_session_;
  const TokenIssuer& issuer_;
  const core::Clock& clock_;
};

}  // namespace pms::auth
