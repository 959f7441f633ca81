#include "domain/session.hpp"

#include "core/uuid.hpp"
#include "security/base64url.hpp"
#include "security/digest.hpp"

namespace pms::auth {

RefreshVerdict judge(const RefreshToken& token, const Session& session, core::Timestamp now) {
  if (session.ended_at || now >= session.expires_at) return RefreshVerdict::refused;
  if (token.used_at && now > *token.used_at + refresh_grace) return RefreshVerdict::reused;
  return RefreshVerdict::accepted;
}

std::string new_refresh_token() { return security::base64url_encode(core::random_bytes(32)); }

std::string hash_refresh_token(std::string_view token) {
  security::Digest digest = security::sha256(token);
  return security::base64url_encode({digest.data(), digest.size()});
}

}  // namespace pms::auth
