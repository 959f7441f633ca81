#include "http/parser.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <optional>
#include <utility>

#include "http/characters.hpp"

namespace pms::http {
namespace {

/// What is wrong with a part of a head; nothing when it is ok.
using Verdict = std::optional<Refusal>;
constexpr Verdict ok;
constexpr Verdict malformed = Refusal::malformed;

bool is_blank(char c) { return c == ' ' || c == '\t'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Checks a head that has not arrived completely.
Verdict check_incomplete(std::string_view fresh, char last_seen) {
  for (const char c : fresh) {
    if (c == '\n' && last_seen != '\r') return malformed;
    if (c != '\r' && c != '\n' && !has_only_text({&c, 1})) return malformed;
    last_seen = c;
  }
  return ok;
}

/// How many bytes the head takes; 0 when it is not complete yet.
std::expected<std::size_t, Refusal> find_head(std::string_view bytes, const ParserLimits& limits,
                                              std::size_t& scanned) {
  const std::size_t end = bytes.find("\r\n\r\n", scanned > 3 ? scanned - 3 : 0);
  const bool whole = end != std::string_view::npos;
  if (bytes.size() > limits.max_request_line_bytes &&
      bytes.substr(0, limits.max_request_line_bytes + 2).find("\r\n") == std::string_view::npos)
    return std::unexpected(Refusal::request_line_too_long);
  if ((whole ? end + 4 : bytes.size()) > limits.max_head_bytes) return std::unexpected(Refusal::head_too_large);
  if (whole) {
    scanned = 0;
    return end + 4;
  }
  if (const auto refusal = check_incomplete(bytes.substr(scanned), scanned > 0 ? bytes[scanned - 1] : '\0'))
    return std::unexpected(*refusal);
  scanned = bytes.size();
  return 0;
}

/// What has been found in the fields of one head.
struct SeenFields {
  int hosts = 0;
  int traceparents = 0;
  int request_ids = 0;
  int content_lengths = 0;
  bool chunked = false;
  bool close = false;
  bool keep_alive = false;
  std::size_t connection_members = 0;
};

Verdict apply_content_length(Head& head, SeenFields& seen, std::string_view value) {
  const auto [end, failure] = std::from_chars(value.data(), value.data() + value.size(), head.content_length);
  const bool whole = failure == std::errc() && end == value.data() + value.size();
  return whole && ++seen.content_lengths == 1 ? ok : malformed;
}

Verdict apply_transfer_encoding(const Head& head, SeenFields& seen, std::string_view value) {
  if (seen.chunked || !head.http_1_1 || !is_name(value, "chunked")) return malformed;
  seen.chunked = true;
  return ok;
}

/// Fields for the final recipient (RFC 9110, section 7.6.1: no connection option may name them).
bool is_end_to_end(std::string_view name) {
  constexpr std::array<std::string_view, 18> names{"accept",          "authorization",
                                                   "cache-control",   "content-encoding",
                                                   "content-type",    "cookie",
                                                   "forwarded",       "host",
                                                   "if-match",        "if-modified-since",
                                                   "if-none-match",   "if-range",
                                                   "idempotency-key", "if-unmodified-since",
                                                   "range",           "traceparent",
                                                   "tracestate",      "x-request-id"};
  return std::ranges::any_of(names, [&](std::string_view known) { return is_name(name, known); });
}

Verdict apply_connection_option(Head& head, SeenFields& seen, std::string_view option) {
  if (++seen.connection_members > Head::max_connection_options) return malformed;
  if (!std::ranges::all_of(option, is_token_char)) return malformed;
  if (is_name(option, "close")) {
    seen.close = true;
  } else if (is_name(option, "keep-alive")) {
    seen.keep_alive = true;
  } else if (!option.empty() && !is_end_to_end(option)) {
    head.connection_options[head.connection_option_count++] = option;
  }
  return ok;
}

Verdict apply_connection(Head& head, SeenFields& seen, std::string_view value) {
  while (!value.empty()) {
    const std::string_view member = value.substr(0, value.find(','));
    if (const auto refusal = apply_connection_option(head, seen, trimmed(member))) return refusal;
    value.remove_prefix(std::min(value.size(), member.size() + 1));
  }
  return ok;
}

/// Applies a field that describes the message itself. The length is compared first, because most
/// fields do not.
Verdict apply(ResponseHead& head, SeenFields& seen, const Field& field) {
  switch (field.name.size()) {
    case 10:
      return is_name(field.name, "connection") ? apply_connection(head, seen, field.value) : ok;
    case 14:
      return is_name(field.name, "content-length") ? apply_content_length(head, seen, field.value) : ok;
    case 17:
      return is_name(field.name, "transfer-encoding") ? apply_transfer_encoding(head, seen, field.value) : ok;
    default:
      return ok;
  }
}

/// A host, and a port if there is one; without the name of a user.
bool is_authority(std::string_view text) { return text.find_first_of(" \t,/@?#\\\"") == std::string_view::npos; }

Verdict apply_host(RequestHead& head, SeenFields& seen, std::string_view value) {
  if (head.host.empty()) head.host = value;
  return ++seen.hosts == 1 && is_authority(value) ? ok : malformed;
}

Verdict apply_authorization(RequestHead& head, std::string_view value) {
  const bool first = head.authorization.data() == nullptr;
  head.authorization = value;
  return first ? ok : malformed;
}

Verdict apply_expect(RequestHead& head, std::string_view value) {
  head.expects_continue = head.http_1_1;
  return is_name(value, "100-continue") ? ok : Refusal::unknown_expectation;
}

/// None of several ids is more credible than the others, so all are ignored.
void apply_id(std::string_view& id, int& seen, std::string_view value) {
  id = ++seen == 1 ? value : std::string_view();
}

Verdict apply(RequestHead& head, SeenFields& seen, const Field& field) {
  const auto [name, value] = field;
  switch (name.size()) {
    case 4:
      return is_name(name, "host") ? apply_host(head, seen, value) : ok;
    case 6:
      return is_name(name, "expect") ? apply_expect(head, value) : ok;
    case 10:
      return is_name(name, "connection") ? apply_connection(head, seen, value) : ok;
    case 11:
      if (is_name(name, "traceparent")) apply_id(head.traceparent, seen.traceparents, value);
      return ok;
    case 12:
      if (is_name(name, "x-request-id")) apply_id(head.request_id, seen.request_ids, value);
      return ok;
    case 13:
      return is_name(name, "authorization") ? apply_authorization(head, value) : ok;
    case 14:
      return is_name(name, "content-length") ? apply_content_length(head, seen, value) : ok;
    case 17:
      return is_name(name, "transfer-encoding") ? apply_transfer_encoding(head, seen, value) : ok;
    case 20:
      if (is_name(name, "x-request-timeout-ms")) head.timeout_ms = value;
      return ok;
    default:
      return ok;
  }
}

/// The fields, up to the empty line that ends the head.
template <class SomeHead>
Verdict parse_fields(SomeHead& head, SeenFields& seen, std::string_view lines, std::size_t max_fields) {
  head.fields.clear();
  head.connection_option_count = 0;
  head.content_length = 0;
  while (lines.size() > 2) {
    std::size_t colon = 0;
    while (is_token_char(lines[colon])) ++colon;  // ends at the latest at the last line feed
    const std::size_t end = lines.find('\r', colon);
    // An empty name also stands for a folded line; white space before the colon is refused like any
    // other character.
    if (colon == 0 || lines[colon] != ':' || lines[end + 1] != '\n') return malformed;
    const std::string_view value = lines.substr(colon + 1, end - colon - 1);
    if (!has_only_text(value)) return malformed;
    if (head.fields.size() == max_fields) return Refusal::head_too_large;
    head.fields.push_back({lines.substr(0, colon), trimmed(value)});
    if (const auto refusal = apply(head, seen, head.fields.back())) return refusal;
    lines.remove_prefix(end + 2);
  }
  head.keep_alive = !seen.close && (head.http_1_1 || seen.keep_alive);
  head.has_content_length = seen.content_lengths == 1;
  return seen.chunked && head.has_content_length ? malformed : ok;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

/// HTTP/1.0, or HTTP/1.1 and later minor versions, which are served alike (RFC 9110, section 2.5).
Verdict parse_version(std::string_view text, bool& http_1_1) {
  if (text.size() != 8 || !text.starts_with("HTTP/") || !is_digit(text[5]) || text[6] != '.' || !is_digit(text[7]))
    return malformed;
  http_1_1 = text[7] != '0';
  return text[5] == '1' ? ok : Refusal::unsupported_version;
}

Method parse_method(std::string_view text) {
  for (Method method :
       {Method::get, Method::post, Method::put, Method::delete_, Method::patch, Method::head, Method::options})
    if (to_string(method) == text) return method;
  return Method::other;
}

/// Returns the length of http:// or https://, whose letters have no case, or 0.
std::size_t scheme_length(std::string_view target) {
  for (const std::string_view scheme : {"http://", "https://"})
    if (is_name(target.substr(0, scheme.size()), scheme)) return scheme.size();
  return 0;
}

/// Origin form, absolute form or `*`. The authority of the absolute form takes the place of the
/// Host field (RFC 9112, section 3.2.2).
bool split_target(RequestHead& head) {
  std::string_view rest = head.target;
  if (!rest.starts_with('/')) {
    if (const std::size_t begin = scheme_length(rest); begin > 0) {
      const std::size_t end = rest.find_first_of("/?", begin);
      head.host = rest.substr(begin, end == std::string_view::npos ? end : end - begin);
      if (head.host.empty() || head.host.front() == ':' || !is_authority(head.host)) return false;
      rest = end == std::string_view::npos ? std::string_view("/") : rest.substr(end);
      if (rest.front() == '?') return false;
    } else if (rest != "*" || head.method != Method::options) {
      return false;
    }
  }
  const std::size_t question = rest.find('?');
  head.path = rest.substr(0, question);
  head.query = question == std::string_view::npos ? std::string_view() : rest.substr(question + 1);
  return has_only_visible_ascii(head.target) && head.target.find('#') == std::string_view::npos;
}

Verdict parse_request_line(RequestHead& head, std::string_view line) {
  const std::size_t first_space = line.find(' ');
  const std::size_t last_space = line.rfind(' ');
  if (first_space == 0 || first_space == std::string_view::npos || first_space == last_space) return malformed;
  head.method_text = line.substr(0, first_space);
  head.target = line.substr(first_space + 1, last_space - first_space - 1);
  if (!std::ranges::all_of(head.method_text, is_token_char)) return malformed;
  // A client may take the bytes after CONNECT for those of a tunnel, so the connection must close.
  if (head.method_text == "CONNECT") return Refusal::connect;
  head.method = parse_method(head.method_text);
  if (const auto refusal = parse_version(line.substr(last_space + 1), head.http_1_1)) return refusal;
  return split_target(head) ? ok : malformed;
}

/// HTTP/1.1 200 OK; the reason may be missing.
bool parse_status_line(ResponseHead& head, std::string_view line) {
  constexpr std::size_t reason = 13;
  if (line.size() < reason - 1 || parse_version(line.substr(0, 8), head.http_1_1) != ok || line[8] != ' ') return false;
  if (line.size() >= reason && line[reason - 1] != ' ') return false;
  const char* digits = line.data() + 9;
  const auto [end, failure] = std::from_chars(digits, digits + 3, head.status);
  return failure == std::errc() && end == digits + 3 && head.status >= 100 && has_only_text(line);
}

Verdict parse_request(RequestHead& head, std::string_view bytes, const ParserLimits& limits) {
  head.host = head.authorization = head.request_id = head.traceparent = head.timeout_ms = {};
  head.expects_continue = false;
  const std::size_t line_end = bytes.find("\r\n");
  SeenFields seen;
  if (const auto refusal = parse_request_line(head, bytes.substr(0, line_end))) return refusal;
  if (const auto refusal = parse_fields(head, seen, bytes.substr(line_end + 2), limits.max_fields)) return refusal;
  if (head.http_1_1 && seen.hosts != 1) return malformed;
  if (head.content_length > limits.max_body_bytes) return Refusal::body_too_large;
  head.framing = seen.chunked ? Framing::chunked : head.content_length > 0 ? Framing::length : Framing::none;
  return ok;
}

bool parse_response(ResponseHead& head, std::string_view bytes, const ParserLimits& limits, bool to_head) {
  const std::size_t line_end = bytes.find("\r\n");
  SeenFields seen;
  if (!parse_status_line(head, bytes.substr(0, line_end))) return false;
  if (parse_fields(head, seen, bytes.substr(line_end + 2), limits.max_fields) != ok) return false;
  if (to_head || head.status < 200 || head.status == 204 || head.status == 304) {
    head.framing = Framing::none;
  } else if (seen.chunked) {
    head.framing = Framing::chunked;
  } else if (head.has_content_length) {
    head.framing = head.content_length > 0 ? Framing::length : Framing::none;
  } else {
    head.framing = Framing::until_close;
    head.keep_alive = false;
  }
  return true;
}

}  // namespace

bool Head::connection_names(std::string_view name) const {
  for (std::size_t i = 0; i < connection_option_count; ++i)
    if (equals_ignoring_case(connection_options[i], name)) return true;
  return false;
}

std::expected<std::size_t, Refusal> RequestParser::parse_head(std::string_view bytes) {
  // Empty lines before a request are skipped: at least one (RFC 9112, section 2.2), at most two.
  const std::size_t skipped = bytes.starts_with("\r\n\r\n") ? 4 : bytes.starts_with("\r\n") ? 2 : 0;
  if (std::exchange(skipped_, skipped) != skipped) scanned_ = 0;
  bytes.remove_prefix(skipped);
  const auto size = find_head(bytes, limits_, scanned_);
  if (!size || *size == 0) return size;
  if (const auto refusal = parse_request(head_, bytes.substr(0, *size), limits_)) return std::unexpected(*refusal);
  head_.bytes = *size;
  return skipped + *size;
}

std::expected<std::size_t, ResponseParser::Malformed> ResponseParser::parse_head(std::string_view bytes, bool to_head) {
  const auto size = find_head(bytes, limits_, scanned_);
  if (!size) return std::unexpected(Malformed{});
  if (*size == 0) return 0;
  if (!parse_response(head_, bytes.substr(0, *size), limits_, to_head)) return std::unexpected(Malformed{});
  head_.bytes = *size;
  return *size;
}

}  // namespace pms::http
