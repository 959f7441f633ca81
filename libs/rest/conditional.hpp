// Conditional requests (RFC 9110, section 13).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "http/message.hpp"

namespace pms::rest {

/// Returns the value of a field, or nothing. Fields with the same name are one list (section 5.3).
std::optional<std::string> whole_field(const http::Request&, std::string_view name);

/// Returns whether If-None-Match (section 13.1.2) names this entity tag: a list, compared weakly,
/// or `*`.
bool none_match_names(std::string_view if_none_match, std::string_view etag);

}  // namespace pms::rest
