// Content that is embedded in the binary and therefore the same for all clients until the next
// release.
#pragma once

#include <string_view>

#include "http/message.hpp"

namespace pms::pages {

/// One embedded file. All views are valid for the life of the process.
struct StaticContent {
  std::string_view name;  ///< the last segment of its path
  std::string_view content_type;
  std::string_view version;  ///< differs if the content differs; the value of the entity tag, without quotes
  std::string_view plain;
  std::string_view gzip = {};  ///< the compressed content; empty: only plain
};

/// Returns 200, compressed if the client accepts it, or 304 if the client has this version
/// (If-None-Match). Clients may store the response but must revalidate it before each use, which is
/// cheap and never stale.
http::Response answer_with(const StaticContent&, const http::Request&);

/// Returns whether Accept-Encoding (RFC 9110, section 12.5.3) names gzip or `*`, and not with q=0.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace pms::pages
