// Why a request is refused before any handler sees it, and the answer to each reason.
#pragma once

#include <cstdint>
#include <string_view>

namespace pms::http {

enum class Refusal : std::uint8_t {
  malformed,              ///< not well-formed HTTP/1.1 (400)
  timed_out,              ///< did not arrive in time (408)
  body_too_large,         ///< (413)
  request_line_too_long,  ///< (414)
  unknown_expectation,    ///< an Expect other than 100-continue (417)
  head_too_large,         ///< header fields too large or too many (431)
  connect,                ///< the method CONNECT (501)
  unsupported_version,    ///< a major version other than 1 (505)
  too_many_connections,   ///< (503, with Retry-After)
  too_many_bodies,        ///< the process holds as many bytes of bodies as it may (503, with Retry-After)
};

int status_of(Refusal);
/// One sentence for the client.
std::string_view detail_of(Refusal);

}  // namespace pms::http
