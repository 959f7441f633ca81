// base64url without padding (RFC 4648 section 5, as RFC 7515 section 2 uses it).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pms::security {

std::string base64url_encode(std::string_view bytes);

/// Nothing for anything but the one encoding of some bytes: padding, white space, other characters and bits left over
/// that are not zero are refused, so that no two texts stand for the same bytes.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace pms::security
