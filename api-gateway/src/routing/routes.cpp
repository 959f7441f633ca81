#include "routing/routes.hpp"

#include <algorithm>
#include <cstdint>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <yaml-cpp/yaml.h>

#include "http/server.hpp"
#include "http/url.hpp"

namespace pms::gateway {
namespace {

/// Thrown and caught within this file, like the errors of yaml-cpp itself.
using Wrong = YAML::Exception;

std::string text(const YAML::Node& node, const std::string& key) {
  if (!node.IsScalar()) throw Wrong(node.Mark(), key + " must be text");
  return node.Scalar();
}

std::string required(const YAML::Node& route, const std::string& key) {
  const YAML::Node node = route[key];
  if (!node) throw Wrong(route.Mark(), key + " is required");
  return text(node, key);
}

std::string one_of(const YAML::Node& route, const std::string& key, const std::vector<std::string>& choices) {
  std::string value = required(route, key);
  if (std::ranges::find(choices, value) == choices.end())
    throw Wrong(route[key].Mark(), fmt::format("{} must be {}, not {}", key, fmt::join(choices, " or "), value));
  return value;
}

/// A path that does not end with a slash; it may be "" when it `may_be_empty`.
std::string path(const YAML::Node& route, const std::string& key, bool may_be_empty) {
  std::string value = required(route, key);
  const bool right = value.empty() ? may_be_empty : value.starts_with('/') && !value.ends_with('/');
  if (!right || value.find_first_of(" \"?#%") != std::string::npos)
    throw Wrong(route[key].Mark(),
                fmt::format("{} must be a path such as /api/patients, without a trailing slash", key));
  return value;
}

void known_keys(const YAML::Node& map, std::initializer_list<std::string_view> known) {
  std::set<std::string> seen;
  for (const auto& entry : map) {
    const std::string key = text(entry.first, "a key");
    if (std::ranges::find(known, key) == known.end())
      throw Wrong(entry.first.Mark(), fmt::format("unknown key {}; known: {}", key, fmt::join(known, ", ")));
    if (!seen.insert(key).second) throw Wrong(entry.first.Mark(), key + " is given twice");
  }
}

std::uint32_t count(const YAML::Node& limit, const std::string& key) {
  try {
    return limit[key].as<std::uint32_t>();
  } catch (const YAML::Exception&) {
    throw Wrong(limit.Mark(), key + " must be a whole number");
  }
}

resilience::RateLimit numbers(const YAML::Node& limit, const std::string& key) {
  if (!limit.IsMap()) throw Wrong(limit.Mark(), key + " must be like {per-second: 5, burst: 20}");
  known_keys(limit, {"per-second", "burst"});
  return {.per_second = count(limit, "per-second"), .burst = count(limit, "burst")};
}

NamedLimit address_limit(const YAML::Node& node, const std::string& prefix, const RouteDefaults& defaults) {
  if (!node) return NamedLimit("address", defaults.address_limit);
  if (node.IsScalar() && node.Scalar() == "login") return NamedLimit("login", defaults.login_limit);
  return NamedLimit(prefix, numbers(node, "address-limit"));
}

NamedLimit user_limit(const YAML::Node& node, const std::string& prefix, const RouteDefaults& defaults) {
  if (!node) return NamedLimit("user", defaults.user_limit);
  return NamedLimit(prefix, numbers(node, "user-limit"));
}

bool flag(const YAML::Node& node, const std::string& key) {
  if (!node) return false;
  bool value = false;
  if (!YAML::convert<bool>::decode(node, value)) throw Wrong(node.Mark(), key + " must be true or false");
  return value;
}

/// In bytes; no more than a server of ours accepts.
std::uint32_t body_limit(const YAML::Node& route) {
  const std::uint32_t bytes = count(route, "max-body");
  if (bytes > http::ServerSettings().max_body_bytes)
    throw Wrong(route.Mark(), fmt::format("max-body must be at most {} bytes", http::ServerSettings().max_body_bytes));
  return bytes;
}

Route parse_route(const YAML::Node& node, const RouteDefaults& defaults) {
  if (!node.IsMap()) throw Wrong(node.Mark(), "a route must be a map");
  known_keys(node, {"prefix", "upstream", "to", "access", "folder", "address-limit", "user-limit", "no-store",
                    "forwarded-prefix", "max-body", "idempotency-key"});
  Route route;
  route.prefix = path(node, "prefix", false);
  route.upstream = one_of(node, "upstream", defaults.upstreams);
  route.to = path(node, "to", true);
  if (route.prefix.ends_with(route.to))
    route.taken_prefix = route.prefix.substr(0, route.prefix.size() - route.to.size());
  if (node["forwarded-prefix"]) route.taken_prefix = path(node, "forwarded-prefix", false);
  route.authenticated = one_of(node, "access", {"public", "authenticated"}) == "authenticated";
  route.exact = !route.authenticated && !flag(node["folder"], "folder");
  if (route.authenticated && node["folder"])
    throw Wrong(node["folder"].Mark(), "folder is for public routes: an authenticated route has all paths below it");
  route.address_limit = address_limit(node["address-limit"], route.prefix, defaults);
  route.user_limit = user_limit(node["user-limit"], route.prefix, defaults);
  route.no_store = flag(node["no-store"], "no-store");
  if (node["max-body"]) route.max_body_bytes = body_limit(node);
  route.idempotency_key = flag(node["idempotency-key"], "idempotency-key");
  return route;
}

std::vector<Route> parse_all(const YAML::Node& document, const RouteDefaults& defaults) {
  if (!document.IsMap()) throw Wrong(document.Mark(), "the file must have a list `routes`");
  known_keys(document, {"routes"});
  const YAML::Node list = document["routes"];
  if (!list || !list.IsSequence() || list.size() == 0)
    throw Wrong(document.Mark(), "routes must be a list with at least one route");
  std::vector<Route> routes;
  std::set<std::string> prefixes;
  for (const auto& node : list) {
    routes.push_back(parse_route(node, defaults));
    if (!prefixes.insert(routes.back().prefix).second)
      throw Wrong(node.Mark(), fmt::format("duplicate route for {}", routes.back().prefix));
  }
  // The longest prefix is compared first.
  std::ranges::stable_sort(routes, std::greater(), [](const Route& route) { return route.prefix.size(); });
  return routes;
}

}  // namespace

bool Route::matches(std::string_view path) const { return exact ? path == prefix : http::lies_below(path, prefix); }

core::Result<std::vector<Route>> parse_routes(std::string_view yaml, std::string_view file_name,
                                              const RouteDefaults& defaults) {
  try {
    return parse_all(YAML::Load(std::string(yaml)), defaults);
  } catch (const Wrong& wrong) {
    return core::fail(core::Errc::invalid,
                      fmt::format("{}:{}: {}", file_name, std::max(wrong.mark.line, 0) + 1, wrong.msg));
  }
}

}  // namespace pms::gateway
