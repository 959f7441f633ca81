// Which parts of a message's head pass the gateway. Heads are always written from parsed fields and
// never copied as a block, so that nothing that the parser understood differently (request
// smuggling) can pass.
#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "http/exchange.hpp"
#include "http/message.hpp"
#include "http/parser.hpp"

namespace pms::gateway {

/// The gateway's name in Via (RFC 9110, section 7.6.3).
constexpr std::string_view via_pseudonym = "pms-gateway";

/// A request as the upstream is to see it.
struct Forwarded {
  const http::RequestHead& head;
  const http::Request& request;
  std::string_view path_prefix;
  std::string_view path_rest;
  std::string_view taken_prefix;  ///< of the client's path; empty: not sent
  std::string_view authority;     ///< the upstream's, for the Host field
  std::chrono::milliseconds time_left;
};

/// Writes the head of the request to the upstream into `out`. Left out: fields for one hop (RFC
/// 9110, section 7.6.1), those named in Connection, and what only the gateway may write: who the
/// client is, and the time that is left; and tracestate, unless the client's trace is continued.
/// Added: traceparent, X-Request-Id, X-Request-Timeout-Ms, X-Forwarded-Prefix, Forwarded (RFC 7239)
/// and Via.
void write_request_head(std::string& out, const Forwarded&);

/// Appends the fields of an upstream's response that the client receives, except those that
/// Exchange writes itself, and Via. `no_store`: the gateway writes Cache-Control.
void append_response_fields(std::string& out, const http::ResponseHead&, bool no_store);

/// Whether the head has a Date, which is passed on unchanged.
bool has_date(const http::ResponseHead&);

}  // namespace pms::gateway
