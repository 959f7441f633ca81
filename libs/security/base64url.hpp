// base64url without padding (RFC 4648, section 5, as used by RFC 7515, section 2).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pms::security {

std::string base64url_encode(std::string_view bytes);

/// Returns nothing unless the text is the only valid encoding of some bytes: padding, white space,
/// other characters and trailing bits that are not zero are rejected, so that no two texts decode
/// to the same bytes.
std::optional<std::string> base64url_decode(std::string_view text);

}  // namespace pms::security
