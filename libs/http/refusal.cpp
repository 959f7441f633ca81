#include "http/refusal.hpp"

#include <utility>

namespace pms::http {

int status_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::malformed:
      return 400;
    case Refusal::timed_out:
      return 408;
    case Refusal::body_too_large:
      return 413;
    case Refusal::request_line_too_long:
      return 414;
    case Refusal::unknown_expectation:
      return 417;
    case Refusal::head_too_large:
      return 431;
    case Refusal::connect:
      return 501;
    case Refusal::unsupported_version:
      return 505;
    case Refusal::too_many_connections:
    case Refusal::too_many_bodies:
      return 503;
  }
  std::unreachable();
}

std::string_view detail_of(Refusal refusal) {
  switch (refusal) {
    case Refusal::malformed:
      return "the request is not well-formed HTTP/1.1";
    case Refusal::timed_out:
      return "the request did not arrive in time";
    case Refusal::body_too_large:
      return "the body is larger than this service accepts";
    case Refusal::request_line_too_long:
      return "the request line is too long";
    case Refusal::unknown_expectation:
      return "the only supported expectation is 100-continue";
    case Refusal::head_too_large:
      return "the header fields are too large or too many";
    case Refusal::connect:
      return "the method CONNECT is not supported";
    case Refusal::unsupported_version:
      return "only HTTP/1.1 and HTTP/1.0 are supported";
    case Refusal::too_many_connections:
      return "too many connections are open";
    case Refusal::too_many_bodies:
      return "too many request bodies are being received; try again";
  }
  std::unreachable();
}

}  // namespace pms::http
