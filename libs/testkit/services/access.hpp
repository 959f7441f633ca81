// Whether a running service lets in exactly those whom its routes say.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

#include "clinic/permissions.hpp"
#include "rest/router.hpp"

namespace pms::testkit {

/// A token of somebody with these roles; asked for anew for each call, since a call may end its session.
using TokenOf = std::function<std::string(clinic::Roles)>;

/// Calls every route without a token and with one of each role; path parameters name nothing that there is. Returns a
/// sentence for each answer that is not as it should be: 401 without a token and 403 without the permission, and never
/// one of these, nor 5xx, where the route says that the caller may.
std::vector<std::string> access_breaches(const std::string& origin, std::span<const rest::Route>, const TokenOf&);

}  // namespace pms::testkit
