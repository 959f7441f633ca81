// Declares the routes that token verifiers read: the public keys and the revocations.
#pragma once

#include "application/revocations.hpp"
#include "application/signing_keys.hpp"
#include "core/clock.hpp"
#include "rest/router.hpp"

namespace pms::auth {

/// Mounts GET /.well-known/jwks.json. The keys must outlive the router.
void mount_keys(rest::Router&, const SigningKeys&);

/// Mounts GET /revocations?after=N on the router of the management listener. The revocations and
/// the clock must outlive it.
void mount_revocations(rest::Router&, Revocations&, const core::Clock&);

}  // namespace pms::auth
