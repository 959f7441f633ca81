// What those who check tokens read: the keys, and what has been revoked.
#pragma once

#include "application/revocations.hpp"
#include "application/signing_keys.hpp"
#include "core/clock.hpp"
#include "rest/router.hpp"

namespace pms::auth {

/// GET /.well-known/jwks.json. The keys outlive the router.
void mount_keys(rest::Router&, const SigningKeys&);

/// GET /revocations?after=N, for the management listener, which the revocations outlive.
void mount_revocations(rest::Router&, Revocations&, const core::Clock&);

}  // namespace pms::auth
