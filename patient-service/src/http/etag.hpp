// Entity tags of patients (RFC 9110, section 8.8.3): the version in quotes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace pms::patient {

std::string etag_of(std::int64_t version);

/// Whether If-None-Match (RFC 9110, section 13.1.2) names this entity tag: a list, compared weakly, or `*`.
bool none_match_names(std::string_view if_none_match, std::string_view etag);

}  // namespace pms::patient
