#include "pages/static_content.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>

#include "http/characters.hpp"
#include "rest/conditional.hpp"

namespace pms::pages {
namespace {

std::string without_spaces(std::string_view text) {
  std::string kept(text);
  std::erase_if(kept, [](char c) { return c == ' ' || c == '\t'; });
  return kept;
}

/// Returns whether the weight is zero: q=0, q=0.0, ….
bool is_refusal(std::string_view parameter) {
  return parameter.starts_with("q=0") && parameter.find_first_not_of("0.", 2) == std::string_view::npos;
}

}  // namespace

bool accepts_gzip(std::string_view accept_encoding) {
  const std::string list = without_spaces(accept_encoding);
  bool everything = false;
  for (std::string_view rest = list; !rest.empty();) {
    const std::string_view member = rest.substr(0, rest.find(','));
    rest.remove_prefix(std::min(member.size() + 1, rest.size()));
    const std::string_view coding = member.substr(0, member.find(';'));
    const bool accepted = !is_refusal(member.substr(std::min(coding.size() + 1, member.size())));
    if (http::equals_ignoring_case(coding, "gzip")) return accepted;
    if (coding == "*") everything = accepted;
  }
  return everything;
}

http::Response answer_with(const StaticContent& content, const http::Request& request) {
  const bool compressed = !content.gzip.empty() && accepts_gzip(request.header("Accept-Encoding"));
  const auto known = rest::whole_field(request, "If-None-Match");
  const std::string etag = fmt::format("\"{}{}\"", content.version, compressed ? "-gzip" : "");
  http::Response response;
  if (known && rest::none_match_names(*known, etag)) {
    response.status = 304;
    response.content_type = {};
  } else {
    response.content_type = content.content_type;
    response.constant_body = compressed ? content.gzip : content.plain;
    if (compressed) response.with("Content-Encoding", "gzip");
  }
  response.with("ETag", etag).with("Cache-Control", "no-cache");
  if (!content.gzip.empty()) response.with("Vary", "Accept-Encoding");
  return response;
}

}  // namespace pms::pages
