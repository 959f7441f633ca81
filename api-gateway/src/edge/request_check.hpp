// Which requests the gateway refuses whatever their route is: methods that it does not implement,
// paths that a server behind it could understand differently, and requests that go round in a loop.
#pragma once

#include <optional>
#include <string_view>

#include "http/message.hpp"

namespace pms::gateway {

/// Why a request is refused.
struct RequestRefusal {
  int status;
  std::string_view detail;  ///< one sentence for the client
};

/// Checks the method, the path as sent, and Via. 501: a method other than GET, HEAD, POST, PUT,
/// PATCH, DELETE and OPTIONS, such as TRACE. 400: a path with a segment `.` or `..` (also
/// percent-encoded), an empty segment, a backslash, or an encoded slash, backslash or NUL. The
/// route is chosen by the path as sent, and a server that resolves such a path would serve another
/// resource than the one whose access was checked. 508: the gateway has already passed the request
/// on more than five times.
std::optional<RequestRefusal> check_request(const http::Request&);

}  // namespace pms::gateway
