// Converts the requests and responses of logging in and out from and to JSON.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "application/login.hpp"
#include "application/token_issuer.hpp"
#include "clinic/caller.hpp"
#include "core/result.hpp"

namespace pms::auth {

core::Result<Credentials> parse_credentials(std::string_view body);
core::Result<std::string> parse_refresh_token(std::string_view body);
/// Parses the body of a logout, in which the token is optional; the body may be empty.
core::Result<std::optional<std::string>> parse_optional_refresh_token(std::string_view body);

std::string to_json(const TokenPair&);
/// Writes the claims of the caller's access token: subject, e-mail, roles and expiry.
std::string to_json(const clinic::Caller&);

}  // namespace pms::auth
