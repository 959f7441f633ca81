// How the end of a message's body is found.
#pragma once

#include <cstdint>

namespace pms::http {

/// RFC 9112, section 6.3.
enum class Framing : std::uint8_t {
  none,         ///< no body follows
  length,       ///< Content-Length
  chunked,      ///< Transfer-Encoding: chunked
  until_close,  ///< the end of the connection; responses only
};

}  // namespace pms::http
