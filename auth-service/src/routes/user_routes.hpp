// Declares the routes for the caller's own account and for the administration of accounts.
#pragma once

#include "application/change_password.hpp"
#include "application/user_administration.hpp"
#include "application/users.hpp"
#include "rest/router.hpp"

namespace pms::auth {

/// Contains the use cases, which must outlive the router.
struct UserUseCases {
  Users& users;
  ChangePassword& change_password;
  UserAdministration& administration;
};

/// Mounts GET /me, PUT /me/password, GET and POST /users, and GET, PATCH and DELETE /users/{id}.
void mount_users(rest::Router&, UserUseCases);

}  // namespace pms::auth
