// Conditional requests (RFC 9110, section 13).
#pragma once

#include <string_view>

namespace pms::http {

/// Whether If-None-Match (section 13.1.2) names this entity tag: a list, compared weakly, or `*`.
bool none_match_names(std::string_view if_none_match, std::string_view etag);

}  // namespace pms::http
