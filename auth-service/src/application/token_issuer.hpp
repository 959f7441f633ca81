// Issues the tokens that a client receives for a login or a refresh.
#pragma once

#include <chrono>
#include <string>

#include "application/signing_keys.hpp"
#include "core/uuid.hpp"
#include "domain/session.hpp"
#include "domain/user.hpp"
#include "security/access_token.hpp"

namespace pms::auth {

struct TokenPair {
  std::string access_token;
  std::string refresh_token;
  std::chrono::seconds expires_in{};  ///< of the access token
};

class TokenIssuer {
 public:
  TokenIssuer(const SigningKeys&, core::IdGenerator&, security::TokenSettings, std::chrono::milliseconds lifetime);

  TokenPair issue(const User&, const Session&, std::string refresh_token, core::Timestamp now) const;

 private:
  const SigningKeys& keys_;
  core::IdGenerator& ids_;
  const security::TokenSettings settings_;
  const std::chrono::milliseconds lifetime_;
};

}  // namespace pms::auth
