// Use case: an administrator creates, changes and deletes accounts.
#pragma once

#include <string>

#include "application/accounts.hpp"
#include "application/users.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"
#include "security/password.hpp"
#include "security/revocations.hpp"

namespace pms::auth {

class UserAdministration {
 public:
  /// `revoked` is the revocation list of this process's own verifier: revocations are added to it
  /// directly, so that they apply here without waiting for the next read of the feed.
  UserAdministration(Users&, security::PasswordHasher&, const core::Clock&, core::IdGenerator&,
                     security::RevocationList& revoked);

  /// Creates an account. Errors: invalid, which names every invalid field; conflict, which names
  /// email.
  core::Task<core::Result<User>> create(NewAccount, Deadline);

  /// Changes an account. Within seconds, every service rejects access tokens that were issued
  /// before the change. After a change of roles, a refresh token yields access tokens with the new
  /// roles. Disabling the user or setting another password also ends the user's sessions, and with
  /// them their refresh tokens. Errors: invalid, which names every invalid field; not_found;
  /// conflict if the change would leave no enabled administrator.
  core::Task<core::Result<User>> change(std::string id, AccountChange, Deadline);

  /// Deletes an account and its sessions, and revokes its access tokens. Errors: not_found;
  /// conflict if the removal would leave no enabled administrator.
  core::Task<core::Result<>> remove(std::string id, Deadline);

 private:
  core::Task<core::Result<User>> find(std::string id, Deadline);
  void void_tokens_of(const User&);

  Users& users_;
  security::PasswordHasher& hasher_;
  const core::Clock& clock_;
  core::IdGenerator& ids_;
  security::RevocationList& revoked_;
};

}  // namespace pms::auth
