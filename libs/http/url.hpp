// Addresses of other servers: http://host:port/path?query.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "core/result.hpp"

namespace pms::http {

struct Url {
  std::string host;  ///< a name or an address, without brackets
  std::uint16_t port = 80;
  std::string target;  ///< path and query, still percent-encoded; "/" when there is none
};

/// Returns host:port, with an IPv6 address in brackets: for the Host field (RFC 9110, section 7.2).
std::string authority_of(std::string_view host, std::uint16_t port);

/// Error: `invalid`, one sentence without the text that was parsed (which may hold a password).
core::Result<Url> parse_url(std::string_view);

/// Whether `path` is the prefix or lies below it.
bool lies_below(std::string_view path, std::string_view prefix);

}  // namespace pms::http
