#include "http/url.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <charconv>
#include <fmt/format.h>

namespace pms::http {

core::Result<Url> parse_url(std::string_view text) {
  const auto url = boost::urls::parse_uri(text);
  if (!url || url->scheme() != "http" || url->host().empty() || url->has_userinfo())
    return core::fail(core::Errc::invalid, "must be a URL like http://127.0.0.1:4000");
  Url result{.host = url->host_address(), .target = std::string(url->encoded_path())};
  if (url->has_port()) {
    const std::string_view port = url->port();
    const auto [end, failure] = std::from_chars(port.data(), port.data() + port.size(), result.port);
    if (failure != std::errc() || result.port == 0)
      return core::fail(core::Errc::invalid, "must have a port from 1 to 65535");
  }
  if (result.target.empty()) result.target = "/";
  if (url->has_query()) result.target += "?" + std::string(url->encoded_query());
  return result;
}

std::string authority_of(std::string_view host, std::uint16_t port) {
  return host.contains(':') ? fmt::format("[{}]:{}", host, port) : fmt::format("{}:{}", host, port);
}

bool lies_below(std::string_view path, std::string_view prefix) {
  return path.starts_with(prefix) && (path.size() == prefix.size() || path[prefix.size()] == '/');
}

}  // namespace pms::http
