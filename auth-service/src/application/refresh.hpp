// Carrying a session on: a refresh token becomes a new pair of tokens, and is used up.
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

  /// Errors: unavailable when the account keeps changing meanwhile; unauthenticated, with one message for every reason.
  /// A token that comes back later than its grace allows ends its session: the client and a thief both have it, and
  /// nobody knows which is which (RFC 9700 section 4.14.2).
  core::Task<core::Result<TokenPair>> operator()(std::string refresh_token, Deadline);

 private:
  core::Task<core::Result<std::optional<TokenPair>>> exchange(std::string hash, Deadline);

  Sessions& sessions_;
  EndSession& end_session_;
  const TokenIssuer& issuer_;
  const core::Clock& clock_;
};

}  // namespace pms::auth
