// Who makes a request: the bearer token of its Authorization field (RFC 6750), verified.
#pragma once

#include <optional>

#include "http/message.hpp"
#include "security/token_verifier.hpp"

namespace pms::rest {

/// Sets the request's `token` and `caller`. Otherwise returns the response: 401 with
/// WWW-Authenticate, or 503 while there are no keys to verify with.
std::optional<http::Response> authenticate(const security::TokenVerifier&, http::Request&);

}  // namespace pms::rest
