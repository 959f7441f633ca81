// JSON of logging in and out.
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
/// For logging out, where both the body and the token may be left out.
core::Result<std::optional<std::string>> parse_optional_refresh_token(std::string_view body);

std::string to_json(const TokenPair&);
/// Whose token it is.
std::string to_json(const clinic::Caller&);

}  // namespace pms::auth
