// What an operator does with accounts outside of HTTP: the command line and the demo start.
#pragma once

#include <string>

#include "config.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "security/permissions.hpp"

namespace pms::auth {

struct NewAccount {
  std::string email;
  std::string password;
  security::Roles roles;
  bool check_password = true;  ///< false only for the demo user, whose password is older than the rule
};

/// Opens auth-service's database (migrating it), makes the user and returns their id. The service may run meanwhile.
/// Errors: invalid naming email, password or roles; conflict when the e-mail is taken; unavailable, one sentence for
/// the operator.
core::Task<core::Result<std::string>> create_account(const Config&, NewAccount);

}  // namespace pms::auth
