// Accounts: one's own, and those that an administrator keeps.
#pragma once

#include "application/change_password.hpp"
#include "application/user_administration.hpp"
#include "application/users.hpp"
#include "rest/router.hpp"

namespace pms::auth {

/// Each of these outlives the router.
struct UserUseCases {
  Users& users;
  ChangePassword& change_password;
  UserAdministration& administration;
};

/// GET /me, PUT /me/password; GET, POST /users; GET, PATCH, DELETE /users/{id}.
void mount_users(rest::Router&, UserUseCases);

}  // namespace pms::auth
