// Logging in and out, and carrying a session on.
#pragma once

#include "application/login.hpp"
#include "application/logout.hpp"
#include "application/refresh.hpp"
#include "rest/router.hpp"

namespace pms::auth {

/// Each of these outlives the router.
struct SessionUseCases {
  Login& login;
  Refresh& refresh;
  Logout& logout;
};

/// POST /login, /refresh, /logout; GET /validate.
void mount_sessions(rest::Router&, SessionUseCases);

}  // namespace pms::auth
