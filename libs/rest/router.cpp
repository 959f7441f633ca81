#include "rest/router.hpp"

#include <array>
#include <cassert>
#include <cstddef>
#include <fmt/format.h>
#include <optional>

#include "clinic/permissions.hpp"
#include "core/result.hpp"
#include "http/exchange.hpp"
#include "http/problem.hpp"
#include "rest/authentication.hpp"

namespace pms::rest {
namespace {

/// The segment of `path` before the next slash, which is removed with it.
std::string_view next_segment(std::string_view& path) {
  path.remove_prefix(1);  // the slash
  const std::string_view segment = path.substr(0, path.find('/'));
  path.remove_prefix(segment.size());
  return segment;
}

/// Whether the path matches the pattern; stores its parameters.
bool matches(std::string_view pattern, std::string_view path, std::array<std::string_view, 4>& parameters) {
  std::size_t parameter = 0;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view expected = next_segment(pattern);
    const std::string_view segment = next_segment(path);
    if (expected.starts_with('{')) {
      if (segment.empty()) return false;
      parameters.at(parameter++) = segment;
    } else if (expected != segment) {
      return false;
    }
  }
  return pattern.empty() && path.empty();
}

}  // namespace

struct Router::Entry {
  Entry(const std::string& service, const std::string& pattern) : metrics(service, pattern) {}
  http::RouteMetrics metrics;
};

Router::Router(std::string service, const security::TokenVerifier* verifier)
    : service_(std::move(service)), verifier_(verifier) {}
Router::~Router() = default;

void Router::add(http::Method method, std::string pattern, Access access, RouteHandler handler) {
  entries_.push_back(std::make_unique<Entry>(service_, pattern));
  routes_.push_back({method, std::move(pattern), access, std::move(handler)});
}

http::Admission Router::admit(http::Exchange& exchange) {
  http::Request& request = exchange.request();
  const http::Method method = request.method == http::Method::head ? http::Method::get : request.method;
  std::vector<http::Method> allowed;
  for (std::size_t i = 0; i < routes_.size() && request.path.starts_with('/'); ++i) {
    const Route& route = routes_[i];
    if (!matches(route.pattern, request.path, request.path_parameters)) continue;
    if (route.method == method) {
      exchange.set_route(entries_[i]->metrics);
      return admit(exchange, route);
    }
    allowed.push_back(route.method);
  }
  exchange.answer(allowed.empty() ? http::problem(404, "no such resource", request)
                                  : method_not_allowed(allowed, request));
  return http::Admission::answered;
}

http::Admission Router::admit(http::Exchange& exchange, const Route& route) const {
  if (const auto refusal = refuse(route.access, exchange.request())) {
    exchange.answer(*refusal);
    return http::Admission::answered;
  }
  exchange.keep(&route);
  return http::Admission::admitted;
}

core::Task<void> Router::handle(http::Exchange& exchange) {
  const auto* admitted = exchange.kept<const Route*>();
  assert(admitted != nullptr);
  const Route& route = **admitted;
  const http::Response response = co_await route.handler(exchange.request());
  exchange.answer(response);
}

http::Response Router::method_not_allowed(const std::vector<http::Method>& allowed, const http::Request& request) {
  std::string list;
  for (http::Method method : allowed) {
    list += fmt::format("{}{}", list.empty() ? "" : ", ", to_string(method));
    if (method == http::Method::get) list += ", HEAD";
  }
  http::Response response = http::problem(405, fmt::format("this path supports {}", list), request);
  response.with("Allow", list);
  return response;
}

/// The answer to a caller who may not use the route, or nothing; stores who calls in the request.
std::optional<http::Response> Router::refuse(const Access& access, http::Request& request) const {
  if (std::holds_alternative<Public>(access)) return std::nullopt;
  if (auto refusal = authenticate(*verifier_, request)) return refusal;
  const auto* permission = std::get_if<clinic::Permission>(&access);
  if (permission == nullptr || request.caller->permissions.has(*permission)) return std::nullopt;
  return http::problem(
      core::Error{.code = core::Errc::permission_denied,
                  .message = fmt::format("this requires the permission {}", clinic::to_string(*permission))},
      request);
}

}  // namespace pms::rest
