#include "testkit/services/access.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <optional>
#include <string_view>
#include <variant>

#include "core/uuid.hpp"
#include "http/message.hpp"
#include "testkit/services/api_client.hpp"

namespace pms::testkit {
namespace {

struct CallerKind {
  std::string name;
  std::optional<clinic::Roles> roles;  // none: no token
};

std::vector<CallerKind> every_caller() {
  std::vector<CallerKind> callers{{"nobody", std::nullopt}};
  for (const clinic::Role role : clinic::all_roles())
    callers.push_back({std::string(clinic::to_string(role)), clinic::Roles{role}});
  return callers;
}

/// Returns 401, 403, or nothing if the caller may use the route.
std::optional<int> refusal(const rest::Access& access, const std::optional<clinic::Roles>& roles) {
  if (std::holds_alternative<rest::Public>(access)) return std::nullopt;
  if (!roles) return 401;
  const auto* permission = std::get_if<clinic::Permission>(&access);
  if (permission == nullptr || clinic::permissions_of(*roles).has(*permission)) return std::nullopt;
  return 403;
}

/// Replaces each parameter of the pattern with an id that does not exist.
std::string path_of(std::string_view pattern) {
  std::string path;
  while (!pattern.empty()) {
    const std::size_t begin = std::min(pattern.find('{'), pattern.size());
    path.append(pattern.substr(0, begin));
    pattern.remove_prefix(begin);
    if (pattern.empty()) break;
    path.append(core::uuid_v7().next());
    pattern.remove_prefix(std::min(pattern.find('}') + 1, pattern.size()));
  }
  return path;
}

bool is_right(int status, std::optional<int> expected) {
  return expected ? status == *expected : status != 401 && status != 403 && status < 500;
}

}  // namespace

std::vector<std::string> access_breaches(const std::string& origin, std::span<const rest::Route> routes,
                                         const TokenOf& token_of) {
  std::vector<std::string> breaches;
  if (routes.empty()) breaches.emplace_back("there are no routes");
  for (const rest::Route& route : routes) {
    for (const CallerKind& caller : every_caller()) {
      ApiClient client(origin, caller.roles ? token_of(*caller.roles) : "");
      const std::string method(http::to_string(route.method));
      const std::string body = route.method == http::Method::get ? "" : "{}";
      const int status = client.send(method, path_of(route.pattern), body).status;
      const auto expected = refusal(route.access, caller.roles);
      if (is_right(status, expected)) continue;
      breaches.push_back(fmt::format("{} {} answered {} {} instead of {}", method, route.pattern, caller.name, status,
                                     expected ? std::to_string(*expected) : "letting them in"));
    }
  }
  return breaches;
}

}  // namespace pms::testkit
