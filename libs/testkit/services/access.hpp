// Checks that a running service admits exactly the callers that its routes declare.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "clinic/permissions.hpp"
#include "rest/router.hpp"

namespace pms::testkit {

/// Creates a token for a user with these roles. It is called for each request, since a request may
/// end its session.
using TokenOf = std::function<std::string(clinic::Roles)>;

/// Calls every route without a token and once as each role; path parameters name nothing that
/// exists. Returns a sentence for each wrong response: without a token it must be 401, without the
/// permission 403, and otherwise neither of these nor 5xx.
std::vector<std::string> access_breaches(const std::string& origin, std::span<const rest::Route>, const TokenOf&);

}  // namespace pms::testkit
