// What an administrator does with accounts.
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
  /// `revoked`: the list of this process's own verifier, which need not wait for the feed.
  UserAdministration(Users&, security::PasswordHasher&, const core::Clock&, core::IdGenerator&,
                     security::RevocationList& revoked);

  /// Errors: invalid (every field that is wrong), conflict naming email.
  core::Task<core::Result<User>> create(NewAccount, Deadline);

  /// Access tokens that were issued before a change of roles or password, or to a user who is disabled, are void
  /// everywhere within seconds. A refresh token then brings the new roles; it ends with the session when the user is
  /// disabled or has another password. Errors: invalid (every field that is wrong), not_found, conflict when nobody
  /// would be left who administers.
  core::Task<core::Result<User>> change(std::string id, AccountChange, Deadline);

  /// Errors: not_found, conflict as above.
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
