#include "forwarding.hpp"

#include <charconv>

namespace pms::gateway {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

bool is(std::string_view name, std::string_view known) { return http::equals_ignoring_case(name, known); }

bool begins(std::string_view name, std::string_view known) { return is(name.substr(0, known.size()), known); }

/// For one hop only, whatever Connection says, and the framing, which each side writes itself.
bool is_for_one_hop(std::string_view name) {
  switch (lower(name.front())) {
    case 'c':
      return is(name, "Connection") || is(name, "Content-Length");
    case 'k':
      return is(name, "Keep-Alive");
    case 'p':
      return begins(name, "Proxy-");
    case 't':
      return is(name, "TE") || is(name, "Trailer") || is(name, "Transfer-Encoding");
    case 'u':
      return is(name, "Upgrade");
    default:
      return false;
  }
}

/// What a client may not say to a service, because the gateway says it or because it claims an identity. The services
/// believe no such field; this keeps what stands behind them from doing so.
bool is_for_the_gateway_to_say(std::string_view name) {
  switch (lower(name.front())) {
    case 'e':
      return is(name, "Expect");
    case 'f':
      return is(name, "Forwarded");
    case 'h':
      return is(name, "Host");
    case 'r':
      return begins(name, "Remote-");
    case 't':
      return is(name, "traceparent");
    case 'x':
      return begins(name, "X-Forwarded") || begins(name, "X-User") || begins(name, "X-Auth") ||
             begins(name, "X-Remote-") || begins(name, "X-Real-IP") || begins(name, "X-Original-") ||
             begins(name, "X-Role") || begins(name, "X-Client-") || begins(name, "X-Principal") ||
             begins(name, "X-Caller") || begins(name, "X-Tenant") || begins(name, "X-Internal") ||
             is(name, "X-Request-Id") || is(name, "X-Request-Timeout-Ms");
    default:
      return false;
  }
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ").append(value).append("\r\n");
}

void append_number_field(std::string& out, std::string_view name, std::uint64_t value) {
  std::array<char, 20> digits;
  const char* end = std::to_chars(digits.data(), digits.data() + digits.size(), value).ptr;
  append_field(out, name, {digits.data(), end});
}

/// Forwarded: for=192.0.2.1;host="clinic.example:4004";proto=http
void append_forwarded(std::string& out, const http::RequestHead& head, const http::Request& request) {
  out.append("Forwarded: for=");
  if (request.peer.is_v6()) {
    out.append("\"[").append(request.peer_text).append("]\"");
  } else {
    out.append(request.peer_text);
  }
  if (!head.host.empty()) out.append(";host=\"").append(head.host).append("\"");
  out.append(";proto=http\r\n");
}

bool takes_body(http::Method method) {
  return method == http::Method::post || method == http::Method::put || method == http::Method::patch;
}

}  // namespace

void write_request_head(std::string& out, const http::RequestHead& head, const http::Request& request,
                        std::string_view path_prefix, std::string_view path_rest, std::string_view authority) {
  out.assign(head.method_text).append(" ");
  out.append(path_prefix).append(path_rest);
  if (path_prefix.empty() && path_rest.empty()) out.append("/");
  if (head.query.data() != nullptr) out.append("?").append(head.query);
  out.append(" HTTP/1.1\r\n");
  append_field(out, "Host", authority);
  for (const http::Field& field : head.fields)
    if (!is_for_one_hop(field.name) && !is_for_the_gateway_to_say(field.name) && !head.connection_names(field.name))
      append_field(out, field.name, field.value);
  const auto& trace = request.context.trace;
  out.append("traceparent: 00-").append(trace.trace_id).append("-").append(trace.parent_id);
  out.append(trace.sampled ? "-01\r\n" : "-00\r\n");
  append_field(out, "X-Request-Id", request.context.request_id);
  append_number_field(out, "X-Request-Timeout-Ms",
                      static_cast<std::uint64_t>(request.context.deadline.remaining().count()));
  append_forwarded(out, head, request);
  if (!request.body.empty() || takes_body(head.method)) append_number_field(out, "Content-Length", request.body.size());
  out.append("\r\n");
}

void append_response_fields(std::string& out, const http::ResponseHead& head, bool no_store) {
  for (const http::Field& field : head.fields) {
    if (is_for_one_hop(field.name) || is(field.name, "X-Request-Id") || head.connection_names(field.name)) continue;
    if (no_store && is(field.name, "Cache-Control")) continue;
    append_field(out, field.name, field.value);
  }
  out.append("X-Content-Type-Options: nosniff\r\n");
  if (no_store) out.append("Cache-Control: no-store\r\n");
}

bool has_date(const http::ResponseHead& head) {
  return std::ranges::any_of(head.fields, [](const http::Field& field) { return is(field.name, "Date"); });
}

}  // namespace pms::gateway
