#include "domain/session.hpp"

#include "core/uuid.hpp"
#include "security/base64url.hpp"
#include "security/digest.hpp"

namespace pms::auth {

std::string new_refresh_token() { return security::base64url_encode(core::random_bytes(32)); }

std::string hash_refresh_token(std::string_view token) {
  security::Digest digest = security::sha256(token);
  return security::base64url_encode({digest.data(), digest.size()});
}

}  // namespace pms::auth
