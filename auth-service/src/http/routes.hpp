// auth-service's API: JSON in and out of the use cases.
#pragma once

#include "application/login.hpp"
#include "application/logout.hpp"
#include "application/ports.hpp"
#include "application/refresh.hpp"
#include "application/signing_keys.hpp"
#include "http/router.hpp"

namespace pms::auth {

/// Each of these outlives the router.
struct Api {
  Login& login;
  Refresh& refresh;
  Logout& logout;
  Users& users;
  const SigningKeys& keys;
};

/// POST /login, /refresh, /logout; GET /validate, /me, /.well-known/jwks.json.
void mount_api(http::Router&, const Api&);

/// GET /revocations?after=N, for the management listener.
void mount_revocations(http::Router&, Revocations&, const core::Clock&);

}  // namespace pms::auth
