// The bearer token in an Authorization field.
#pragma once

#include <string_view>

namespace pms::security {

/// The token of `Bearer …` (RFC 6750, section 2.1), or nothing if the field has another form. The
/// letter case of the scheme does not matter (RFC 9110, section 11.1).
std::string_view bearer_token(std::string_view authorization);

}  // namespace pms::security
