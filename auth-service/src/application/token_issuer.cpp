#include "application/token_issuer.hpp"

#include <algorithm>

#include "clinic/caller.hpp"
#include "clinic/permissions.hpp"

namespace pms::auth {

TokenIssuer::TokenIssuer(const SigningKeys& keys, core::IdGenerator& ids, security::TokenSettings settings,
                         std::chrono::milliseconds lifetime)
    : keys_(keys), ids_(ids), settings_(std::move(settings)), lifetime_(lifetime) {}

TokenPair TokenIssuer::issue(const User& user, const Session& session, std::string refresh_token,
                             core::Timestamp now) const {
  // The access token must not outlive its session: expired sessions are deleted, and a deleted
  // session can no longer be revoked.
  const core::Timestamp expires_at = std::min(now + lifetime_, session.expires_at);
  clinic::Caller caller{.user_id = user.id,
                        .session = session.id,
                        .token_id = ids_.next(),
                        .email = user.email,
                        .roles = user.roles,
                        .permissions = clinic::permissions_of(user.roles),
                        .issued_at = now,
                        .expires_at = expires_at,
                        .user_version = user.version};
  return {.access_token = security::sign_token(caller, settings_, keys_.signing()),
          .refresh_token = std::move(refresh_token),
          .expires_in = std::chrono::floor<std::chrono::seconds>(expires_at - now)};
}

}  // namespace pms::auth
