// Requests and responses (RFC 9110) as handlers see them.
#pragma once

#include <array>
#include <boost/asio/ip/address.hpp>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clinic/caller.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "telemetry/trace_context.hpp"

namespace pms::http {

enum class Method : std::uint8_t { get, head, post, put, patch, delete_, options, other };
std::string_view to_string(Method);

/// One header field, as views into the connection's buffer.
struct Field {
  std::string_view name;
  std::string_view value;  ///< without surrounding white space
};

/// What the server adds to the bytes of a request.
struct RequestContext {
  std::string request_id;  ///< X-Request-Id: the client's if it is acceptable, otherwise a new one
  telemetry::TraceContext trace;
  core::Deadline deadline = core::Deadline::never();
  bool behind_gateway = false;  ///< X-Request-Timeout-Ms and X-Forwarded-Prefix can be trusted
};

/// A parsed request. All views point into the connection's buffers and are valid until the handler
/// has returned its response.
struct Request {
  Method method = Method::other;
  std::string_view method_text;
  std::string_view target;  ///< as sent: path and query
  std::string_view path;    ///< as sent, still percent-encoded
  std::string_view query;   ///< without the question mark
  bool http_1_1 = true;
  std::span<const Field> fields;
  std::string_view body;  ///< the whole body once it has been received, see http::Handler
  boost::asio::ip::address peer;
  std::string_view peer_text;  ///< the peer's address as text

  RequestContext context;
  std::shared_ptr<const clinic::Caller> caller;  ///< set by the router on every route that is not public
  std::string_view token;                        ///< the bearer token, if there is one: to pass on to another service
  std::array<std::string_view, 4> path_parameters;  ///< in the order of the route's pattern

  /// The first field of this name without regard to case; empty when absent.
  std::string_view header(std::string_view name) const;
  /// The path that the client asked for: with the gateway's prefix (X-Forwarded-Prefix) when there
  /// is one.
  std::string client_path() const;
};

/// A complete response. The server adds Date, Content-Length, Connection, X-Content-Type-Options
/// and X-Request-Id.
struct Response {
  int status = 200;
  std::string_view content_type = "application/json";  ///< a constant; empty: no body
  std::string fields;                                  ///< further header fields, each "Name: value\r\n"
  std::string body;
  std::string_view constant_body;  ///< in place of `body`: text that is part of the program, sent without a copy

  std::string_view whole_body() const { return constant_body.empty() ? std::string_view(body) : constant_body; }
  Response& with(std::string_view name, std::string_view value);
};

Response ok(std::string json);
Response created(std::string json, std::string_view location, std::string_view etag);
Response no_content();
std::string_view reason_phrase(int status);

/// The decoded parameters of a query string (application/x-www-form-urlencoded).
class Query {
 public:
  /// Errors: `invalid` naming the parameter: bad percent-encoding, not UTF-8, given twice.
  static core::Result<Query> parse(std::string_view query);
  std::optional<std::string_view> find(std::string_view name) const;
  /// Error: `invalid` naming the first parameter that is not one of these.
  core::Result<> only(std::initializer_list<std::string_view> names) const;
  std::span<const std::pair<std::string, std::string>> all() const { return values_; }

 private:
  std::vector<std::pair<std::string, std::string>> values_;
};

}  // namespace pms::http
