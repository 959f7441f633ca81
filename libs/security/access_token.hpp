// Access tokens: JWTs (RFC 7519) in the profile of RFC 9068, signed ES256.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "clinic/caller.hpp"
#include "security/keys.hpp"

namespace pms::security {

/// A longer token is refused without being read.
constexpr std::size_t max_token_bytes = 8 * 1024;

struct TokenSettings {
  std::string issuer = "pms";
  std::string audience = "pms";
  std::chrono::seconds leeway{30};
};

/// Header {alg, typ: at+jwt, kid}, claims iss, aud, sub, sid, jti, iat, exp, email, roles, uver,
/// from the caller's fields. Times are cut to whole seconds.
std::string sign_token(const clinic::Caller&, const TokenSettings&, const SigningKey&);

}  // namespace pms::security
