// Logging in: an e-mail and a password become an access token and a refresh token.
#pragma once

#include <chrono>
#include <string>

#include "application/ports.hpp"
#include "application/signing_keys.hpp"
#include "core/clock.hpp"
#include "core/uuid.hpp"
#include "security/password.hpp"
#include "security/token.hpp"

namespace pms::auth {

struct LoginSettings {
  security::TokenSettings tokens;
  std::chrono::milliseconds token_lifetime{};
  std::chrono::milliseconds session_lifetime{};
};

struct Credentials {
  std::string email;
  std::string password;
};

struct LoggedIn {
  std::string access_token;
  std::string refresh_token;
  std::chrono::seconds expires_in{};  ///< the access token
};

class Login {
 public:
  Login(Users&, Sessions&, security::PasswordHasher&, const SigningKeys&, const core::Clock&, core::IdGenerator&,
        LoginSettings);

  /// Errors: unauthenticated, with one message and after the same time for an unknown e-mail, a wrong password and an
  /// account that is disabled; unavailable when too many passwords wait to be checked.
  core::Task<core::Result<LoggedIn>> operator()(Credentials, Deadline);

 private:
  core::Task<core::Result<User>> authenticate(Credentials, Deadline);
  std::string access_token(const User&, const Session&) const;

  Users& users_;
  Sessions& sessions_;
  security::PasswordHasher& hasher_;
  const SigningKeys& keys_;
  const core::Clock& clock_;
  core::IdGenerator& ids_;
  const LoginSettings settings_;
};

}  // namespace pms::auth
