// What an administrator does with accounts.
#pragma once

#include <string>

#include "administration.hpp"
#include "application/ports.hpp"
#include "core/uuid.hpp"
#include "security/password.hpp"

namespace pms::auth {

class UserAdministration {
 public:
  UserAdministration(Users&, security::PasswordHasher&, const core::Clock&, core::IdGenerator&);

  /// Returns the id. Errors: invalid (every field that is wrong), conflict naming email.
  core::Task<core::Result<std::string>> create(NewAccount, Deadline);

 private:
  Users& users_;
  security::PasswordHasher& hasher_;
  const core::Clock& clock_;
  core::IdGenerator& ids_;
};

}  // namespace pms::auth
