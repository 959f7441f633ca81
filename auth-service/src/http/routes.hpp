// auth-service's API: JSON in and out of the use cases.
#pragma once

#include "application/login.hpp"
#include "application/ports.hpp"
#include "application/signing_keys.hpp"
#include "http/router.hpp"

namespace pms::auth {

/// POST /login, GET /validate, GET /.well-known/jwks.json. What is passed outlives the router.
void mount_api(http::Router&, Login&, const SigningKeys&);

/// GET /revocations?after=N, for the management listener.
void mount_revocations(http::Router&, Revocations&, const core::Clock&);

}  // namespace pms::auth
