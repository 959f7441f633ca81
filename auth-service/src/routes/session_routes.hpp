// Declares the routes for logging in and out and for refreshing a session.
#pragma once

#include "application/login.hpp"
#include "application/logout.hpp"
#include "application/refresh.hpp"
#include "rest/router.hpp"

namespace pms::auth {

/// Contains the use cases, which must outlive the router.
struct SessionUseCases {
  Login& login;
  Refresh& refresh;
  Logout& logout;
};

/// Mounts POST /login, POST /refresh, POST /logout and GET /validate.
void mount_sessions(rest::Router&, SessionUseCases);

}  // namespace pms::auth
