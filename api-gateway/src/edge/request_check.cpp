#include "edge/request_check.hpp"

#include <algorithm>
#include <cstddef>
#include <span>

#include "http/characters.hpp"
#include "relay/forwarding.hpp"

namespace pms::gateway {
namespace {

/// A chain of gateways of several sites is this long at most.
constexpr int max_passages = 5;

/// Returns whether the path contains this byte percent-encoded. `digits` are in lower case.
bool has_encoded(std::string_view path, std::string_view digits) {
  for (std::size_t at = path.find('%'); at != std::string_view::npos; at = path.find('%', at + 1))
    if (http::is_name(path.substr(at + 1, 2), digits)) return true;
  return false;
}

/// Returns whether a segment is `.` or `..`, with any of the dots percent-encoded.
bool is_dot_segment(std::string_view segment) {
  int dots = 0;
  for (; !segment.empty() && dots <= 2; ++dots) {
    const std::size_t length = segment.starts_with('.') ? 1 : http::is_name(segment.substr(0, 3), "%2e") ? 3 : 0;
    if (length == 0) return false;
    segment.remove_prefix(length);
  }
  return segment.empty() && (dots == 1 || dots == 2);
}

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view segment = path.substr(0, path.find('/'));
    if (is_dot_segment(segment)) return true;
    path.remove_prefix(segment.size());
  }
  return false;
}

/// Returns how many times the gateway has already passed the request on, as Via says.
int count_passages(std::span<const http::Field> fields) {
  int count = 0;
  for (const auto& [name, value] : fields) {
    if (!http::is_name(name, "via")) continue;
    for (std::size_t at = value.find(via_pseudonym); at != std::string_view::npos;
         at = value.find(via_pseudonym, at + via_pseudonym.size()))
      ++count;
  }
  return count;
}

/// Returns what is wrong with the path, or an empty text.
std::string_view fault_of(std::string_view path) {
  if (has_dot_segment(path)) return "the path must not contain a segment . or ..";
  if (path.contains("//")) return "the path must not contain an empty segment";
  if (path.contains('\\') || has_encoded(path, "5c")) return "the path must not contain a backslash";
  if (has_encoded(path, "2f")) return "the path must not contain an encoded slash";
  if (has_encoded(path, "00")) return "the path must not contain NUL";
  return {};
}

}  // namespace

std::optional<RequestRefusal> check_request(const http::Request& request) {
  if (request.method == http::Method::other)
    return RequestRefusal{.status = 501, .detail = "the gateway does not support this method"};
  if (const std::string_view fault = fault_of(request.path); !fault.empty())
    return RequestRefusal{.status = 400, .detail = fault};
  if (count_passages(request.fields) > max_passages)
    return RequestRefusal{.status = 508, .detail = "the gateway forwards this request to itself"};
  return std::nullopt;
}

}  // namespace pms::gateway
