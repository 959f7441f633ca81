#include "relay/forwarding.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "http/characters.hpp"
#include "http/head_writer.hpp"
#include "http/message.hpp"

namespace pms::gateway {
namespace {

/// Space for the fields that are added: they have fewer than 400 bytes with the longest numbers and
/// ids.
constexpr std::size_t fixed_bytes = 512;

/// Compares with a known name in lower case. An underscore counts as a dash: a server that passes
/// fields on as variables, as CGI does, cannot tell them apart.
bool is(std::string_view name, std::string_view known) {
  return std::ranges::equal(name, known, [](char c, char k) { return c == '_' ? k == '-' : http::lower(c) == k; });
}
bool begins(std::string_view name, std::string_view known) { return is(name.substr(0, known.size()), known); }

/// Fields for one hop only, whatever Connection says, and the framing, which each side writes
/// itself.
bool is_for_one_hop(std::string_view name) {
  switch (http::lower(name.front())) {
    case 'c':
      return is(name, "connection") || is(name, "content-length");
    case 'k':
      return is(name, "keep-alive");
    case 'p':
      return begins(name, "proxy-");
    case 't':
      return is(name, "te") || is(name, "trailer") || is(name, "transfer-encoding");
    case 'u':
      return is(name, "upgrade");
    default:
      return false;
  }
}

/// Whether a field of a request that is neither for one hop nor reserved passes on.
bool passes_on(const http::RequestHead& head, const telemetry::TraceContext& trace, std::string_view name) {
  if (is(name, "via")) return true;  // Connection must not hide a loop
  if (is(name, "tracestate") && !trace.continued) return false;
  return !head.connection_names(name);
}

/// Fields that Exchange writes in every response.
bool is_written_by_exchange(std::string_view name) {
  return is(name, "x-request-id") || is(name, "x-content-type-options");
}

/// Fields that a client may not send to a service, because the gateway writes them or because they
/// claim an identity. The services trust no such field; this protects what the services call in
/// turn.
bool is_reserved_for_gateway(std::string_view name) {
  switch (http::lower(name.front())) {
    case 'e':
      return is(name, "expect");
    case 'c':
      return is(name, "cf-connecting-ip");
    case 'f':
      return is(name, "forwarded") || is(name, "fastly-client-ip");
    case 'h':
      return is(name, "host");
    case 'r':
      return begins(name, "remote-");
    case 't':
      return is(name, "traceparent") || is(name, "true-client-ip");
    case 'x':
      return begins(name, "x-forwarded") || begins(name, "x-user") || begins(name, "x-auth") ||
             begins(name, "x-remote-") || begins(name, "x-real-ip") || begins(name, "x-original-") ||
             begins(name, "x-role") || begins(name, "x-client-") || begins(name, "x-principal") ||
             begins(name, "x-rewrite-") || begins(name, "x-http-method") || begins(name, "x-method-override") ||
             is(name, "x-cluster-client-ip") || begins(name, "x-caller") || begins(name, "x-tenant") ||
             begins(name, "x-internal") || is(name, "x-request-id") || is(name, "x-request-timeout-ms");
    default:
      return false;
  }
}

/// Via: 1.1 pms-gateway (RFC 9110, section 7.6.3), with the version in which the message arrived.
void write_via(http::HeadWriter& out, bool http_1_1) {
  out.text(http_1_1 ? "Via: 1.1 " : "Via: 1.0 ").text(via_pseudonym).text("\r\n");
}

/// Forwarded: for=192.0.2.1;host="clinic.example:4004";proto=http
void write_forwarded(http::HeadWriter& out, const http::RequestHead& head, const http::Request& request) {
  out.text("Forwarded: for=");
  if (request.peer.is_v6()) {
    out.text("\"[").text(request.peer_text).text("]\"");
  } else {
    out.text(request.peer_text);
  }
  if (!head.host.empty()) out.text(";host=\"").text(head.host).text("\"");
  out.text(";proto=http\r\n");
}

bool takes_body(http::Method method) {
  return method == http::Method::post || method == http::Method::put || method == http::Method::patch;
}

}  // namespace

void write_request_head(std::string& out, const Forwarded& forwarded) {
  const auto& [head, request, path_prefix, path_rest, taken_prefix, authority, time_left] = forwarded;
  const std::string& request_id = request.context.request_id;
  const telemetry::TraceContext& trace = request.context.trace;
  std::size_t room = fixed_bytes + head.method_text.size() + path_prefix.size() + head.target.size() +
                     taken_prefix.size() + authority.size() + head.host.size() + request_id.size() +
                     request.peer_text.size();
  for (const http::Field& field : head.fields) room += http::HeadWriter::field_bytes(field.name, field.value);
  out.clear();
  http::append_head(out, room, [&](http::HeadWriter& line) {
    line.text(head.method_text).text(" ").text(path_prefix).text(path_rest);
    if (path_prefix.empty() && path_rest.empty()) line.text("/");
    if (head.query.data() != nullptr) line.text("?").text(head.query);
    line.text(" HTTP/1.1\r\n").field("Host", authority);
    for (const auto& [name, value] : head.fields)
      if (!is_for_one_hop(name) && !is_reserved_for_gateway(name) && passes_on(head, trace, name))
        line.field(name, value);
    write_via(line, head.http_1_1);
    line.text("traceparent: 00-").text(trace.trace_id).text("-").text(trace.parent_id);
    line.text(trace.sampled ? "-01\r\n" : "-00\r\n").field("X-Request-Id", request_id);
    line.text("X-Request-Timeout-Ms: ").number(static_cast<std::uint64_t>(time_left.count())).text("\r\n");
    if (!taken_prefix.empty()) line.field("X-Forwarded-Prefix", taken_prefix);
    write_forwarded(line, head, request);
    if (!request.body.empty() || takes_body(head.method))
      line.text("Content-Length: ").number(request.body.size()).text("\r\n");
    line.text("\r\n");
  });
}

void append_response_fields(std::string& out, const http::ResponseHead& head, bool no_store) {
  std::size_t room = fixed_bytes;
  for (const http::Field& field : head.fields) room += http::HeadWriter::field_bytes(field.name, field.value);
  http::append_head(out, room, [&](http::HeadWriter& line) {
    for (const auto& [name, value] : head.fields) {
      if (is_for_one_hop(name) || is_written_by_exchange(name) || head.connection_names(name)) continue;
      if (no_store && is(name, "cache-control")) continue;
      line.field(name, value);
    }
    write_via(line, head.http_1_1);
    if (no_store) line.text("Cache-Control: no-store\r\n");
  });
}

bool has_date(const http::ResponseHead& head) {
  return std::ranges::any_of(head.fields, [](const http::Field& field) { return is(field.name, "date"); });
}

}  // namespace pms::gateway
