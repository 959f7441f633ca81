// A user's own new password.
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
  /// `revoked`: the list of this process's own verifier, which need not wait for the feed.
  ChangePassword(Users&, PasswordGuesses&, security::PasswordHasher&, const core::Clock&,
                 security::RevocationList& revoked);

  /// Ends the user's other sessions; the one of the caller goes on. Guesses at the current password wait as those of
  /// logins do, and count with them. Errors: invalid naming newPassword or currentPassword; resource_exhausted while
  /// guesses wait; unauthenticated when the account has gone; unavailable as for logins.
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
