// What of a message's head passes the gateway. Heads are written anew from parsed fields, never copied as a block, so
// that nothing that the parser understood differently (request smuggling) can get through.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "http/exchange.hpp"
#include "http/message.hpp"
#include "http/parser.hpp"

namespace pms::gateway {

/// A request as the upstream is to see it.
struct Forwarded {
  const http::RequestHead& head;
  const http::Request& request;
  std::string_view path_prefix;
  std::string_view path_rest;
  std::string_view taken_prefix;  ///< of the client's path; empty: not said
  std::string_view authority;     ///< the upstream's, for the Host field
  std::chrono::milliseconds time_left;
};

/// Writes the head of the request to the upstream into `out`. Left out: fields for one hop (RFC 9110, section 7.6.1),
/// those named in Connection, and what only the gateway may say: who the client is, when the answer is due. Added:
/// traceparent, X-Request-Id, X-Request-Timeout-Ms, X-Forwarded-Prefix and Forwarded (RFC 7239).
void write_request_head(std::string& out, const Forwarded&);

/// Appends the fields of an upstream's answer that the client gets, but for those that Exchange writes itself.
/// `no_store`: Cache-Control is the gateway's to say.
void append_response_fields(std::string& out, const http::ResponseHead&, bool no_store);

/// Whether the head has a Date, which passes as it is.
bool has_date(const http::ResponseHead&);

}  // namespace pms::gateway
