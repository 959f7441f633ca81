// Use case: a user logs in with an e-mail and a password, which begins a session.
#pragma once

#include <chrono>
#include <string>

#include "application/password_guesses.hpp"
#include "application/sessions.hpp"
#include "application/token_issuer.hpp"
#include "application/users.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"
#include "security/password.hpp"

namespace pms::auth {

struct Credentials {
  std::string email;
  std::string password;
};

class Login {
 public:
  Login(Users&, Sessions&, PasswordGuesses&, security::PasswordHasher&, const TokenIssuer&, const core::Clock&,
        core::IdGenerator&, std::chrono::milliseconds session_lifetime);

  /// Checks the credentials, begins a session and returns its first tokens. Errors:
  /// unauthenticated, with the same message and after the same time for an unknown e-mail, a wrong
  /// password and a disabled account; resource_exhausted while guesses for this e-mail must wait;
  /// unavailable if too many passwords are waiting to be checked, or if the account was changed at
  /// the same time.
  core::Task<core::Result<TokenPair>> operator()(Credentials, Deadline);

 private:
  core::Task<core::Result<TokenPair>> log_in(Credentials, Deadline);
  core::Task<core::Result<User>> authenticate(Credentials, Deadline);

  Users& users_;
  Sessions& sessions_;
  PasswordGuesses& guesses_;
  security::PasswordHasher& hasher_;
  const TokenIssuer& issuer_;
  const core::Clock& clock_;
  core::IdGenerator& ids_;
  const std::chrono::milliseconds session_lifetime_;
};

}  // namespace pms::auth
