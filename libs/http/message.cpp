#include "http/message.hpp"

#include <algorithm>
#include <boost/url/pct_string_view.hpp>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/text.hpp"
#include "http/characters.hpp"

namespace pms::http {

std::string_view to_string(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::delete_:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
    case Method::other:
      break;
  }
  return "OTHER";
}

std::string_view Request::header(std::string_view name) const {
  for (const Field& field : fields)
    if (equals_ignoring_case(field.name, name)) return field.value;
  return {};
}

std::string Request::client_path() const {
  constexpr std::size_t max_prefix_bytes = 200;
  std::string_view prefix = context.behind_gateway ? header("X-Forwarded-Prefix") : std::string_view();
  const bool is_path = prefix.starts_with('/') && !prefix.ends_with('/') && !prefix.contains("//") &&
                       prefix.size() <= max_prefix_bytes &&
                       std::ranges::all_of(prefix, [](char c) { return is_token_char(c) || c == '/'; });
  if (!is_path) prefix = {};
  return std::string(prefix).append(path);
}

Response& Response::with(std::string_view name, std::string_view value) {
  fields.append(name).append(": ").append(value).append("\r\n");
  return *this;
}

Response ok(std::string json) {
  Response response;
  response.body = std::move(json);
  return response;
}

Response created(std::string json, std::string_view location, std::string_view etag) {
  Response response = ok(std::move(json));
  response.status = 201;
  response.with("Location", location);
  response.with("ETag", etag);
  return response;
}

Response no_content() {
  Response response;
  response.status = 204;
  response.content_type = {};
  return response;
}

std::string_view reason_phrase(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 412:
      return "Precondition Failed";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    case 507:
      return "Insufficient Storage";
    case 508:
      return "Loop Detected";
    default:
      return "Unknown";
  }
}

namespace {

/// Percent-decoded, with + as a space, or nothing when it is not well-formed.
std::optional<std::string> decode(std::string_view text) {
  const auto encoded = boost::urls::make_pct_string_view(text);
  if (!encoded) return std::nullopt;
  boost::urls::encoding_opts plus_is_space;
  plus_is_space.space_as_plus = true;
  std::string decoded = encoded->decode(plus_is_space);
  if (!core::is_utf8(decoded)) return std::nullopt;
  return decoded;
}

}  // namespace

core::Result<Query> Query::parse(std::string_view query) {
  Query result;
  while (!query.empty()) {
    std::string_view pair = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = pair.find('=');
    auto name = decode(pair.substr(0, equals));
    if (!name) return core::fail_field("query", "names of parameters must be percent-encoded UTF-8");
    auto value = decode(equals == std::string_view::npos ? std::string_view() : pair.substr(equals + 1));
    if (!value) return core::fail_field(std::move(*name), "must be percent-encoded UTF-8");
    if (result.find(*name)) return core::fail_field(std::move(*name), "must be given once");
    result.values_.emplace_back(std::move(*name), std::move(*value));
  }
  return result;
}

std::optional<std::string_view> Query::find(std::string_view name) const {
  for (const auto& [known, value] : values_)
    if (known == name) return value;
  return std::nullopt;
}

core::Result<> Query::only(std::initializer_list<std::string_view> names) const {
  for (const auto& [name, value] : values_)
    if (std::ranges::find(names, name) == names.end())
      return core::fail_field(name, names.size() == 0
                                        ? std::string("this route takes no query parameters")
                                        : fmt::format("unknown parameter; known: {}", fmt::join(names, ", ")));
  return {};
}

}  // namespace pms::http
