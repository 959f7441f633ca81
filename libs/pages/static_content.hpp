// Content that is part of the program, so that it is the same for everybody until the next release.
#pragma once

#include <string_view>

#include "http/message.hpp"

namespace pms::pages {

/// Everything lives as long as the process.
struct StaticContent {
  std::string_view name;  ///< the last segment of its path
  std::string_view content_type;
  std::string_view version;  ///< differs whenever the content does; what an entity tag may hold, without quotes
  std::string_view plain;
  std::string_view gzip = {};  ///< the same compressed; empty: only plain
};

/// 200, compressed for those who accept it, or 304 for those who have it (If-None-Match). To be kept, and asked for
/// again before each use: that costs little and is never out of date.
http::Response answer_with(const StaticContent&, const http::Request&);

/// Whether Accept-Encoding (RFC 9110, section 12.5.3) names gzip, or everything, and not with q=0.
bool accepts_gzip(std::string_view accept_encoding);

}  // namespace pms::pages
