// The media type of a request's body (RFC 9110, section 8.3).
#pragma once

#include <initializer_list>
#include <optional>
#include <string_view>

#include "http/message.hpp"

namespace pms::rest {

/// Returns nothing, or the 415 problem. `accepted` contains types such as "application/json";
/// parameters (charset) are ignored.
std::optional<http::Response> check_media_type(const http::Request&, std::initializer_list<std::string_view> accepted);

}  // namespace pms::rest
