// Use case: a user changes their own password.
#pragma once

#include <string>

#include "application/password_guesses.hpp"
#include "application/users.hpp"
#include "clinic/caller.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "security/password.hpp"
#include "security/revocations.hpp"

namespace pms::auth {

class ChangePassword {
 public:
  /// `revoked` is the revocation list of this process's own verifier: revocations are added to it
  /// directly, so that they apply here without waiting for the next read of the feed.
  ChangePassword(Users&, PasswordGuesses&, security::PasswordHasher&, const core::Clock&,
                 security::RevocationList& revoked);

  /// Changes the password and ends the user's other sessions, but not the caller's. Wrong current
  /// passwords are throttled like failed logins and are counted together with them. Errors:
  /// invalid, which names newPassword or currentPassword; resource_exhausted while guesses for this
  /// account must wait; unauthenticated if the account no longer exists or is disabled; unavailable
  /// for the same reasons as a login.
  core::Task<core::Result<>> operator()(const clinic::Caller&, std::string current, std::string next, Deadline);

 private:
  core::Task<core::Result<>> change(const clinic::Caller&, std::string current, std::string next, Deadline);
  core::Task<core::Result<User>> authenticate(std::string user_id, std::string password, Deadline);

  Users& users_;
  PasswordGuesses& guesses_;
  security::PasswordHasher& hasher_;
  const core::Clock& clock_;
  security::RevocationList& revoked_;
};

}  // namespace pms::auth
