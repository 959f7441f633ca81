// The services' OpenAPI documents and the gateway's routes say the same about what clients reach,
// and where.
#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "analytics_document.hpp"
#include "auth_document.hpp"
#include "billing_document.hpp"
#include "default_routes.hpp"
#include "http/url.hpp"
#include "patients_document.hpp"
#include "routing/routes.hpp"
#include "testkit/services/documented.hpp"

namespace pms::gateway {
namespace {

struct Document {
  std::string name;      // in /api-docs/
  std::string upstream;  // whose it is
  std::string_view text;
};

std::vector<Document> documents() {
  return {{"auth", "auth", openapi::auth_document()},
          {"patients", "patient", openapi::patients_document()},
          {"billing", "billing", openapi::billing_document()},
          {"analytics", "analytics", openapi::analytics_document()}};
}

std::vector<Route> built_in_routes() {
  return parse_routes(default_routes(), "routes.yaml",
                      {.address_limit = {},
                       .login_limit = {},
                       .user_limit = {},
                       .upstreams = {"auth", "patient", "billing", "analytics"}})
      .value();
}

const Route& route_for(const std::vector<Route>& routes, std::string_view path) {
  const auto found = std::ranges::find_if(routes, [&](const Route& route) { return route.matches(path); });
  if (found == routes.end()) throw std::runtime_error(fmt::format("no route for {}", path));
  return *found;
}

/// "/patients/{id}" of "GET /patients/{id}: patient:read".
std::string path_of(const std::string& operation) {
  const std::size_t begin = operation.find(' ') + 1;
  return operation.substr(begin, operation.find(": ") - begin);
}

TEST(ADocument, IsPublicAtTheGateway) {
  const auto routes = built_in_routes();
  for (const Document& document : documents()) {
    const Route& route = route_for(routes, "/api-docs/" + document.name);
    EXPECT_EQ(route.upstream, document.upstream);
    EXPECT_EQ(route.to, "/v3/api-docs");
    EXPECT_FALSE(route.authenticated);
  }
}

TEST(ADocument, DescribesWhatTheGatewayPassesOn) {
  const auto routes = built_in_routes();
  for (const Document& document : documents()) {
    const std::string server = route_for(routes, "/api-docs/" + document.name).taken_prefix;
    for (const std::string& operation : testkit::documented_operations(document.text)) {
      const std::string path = path_of(operation);
      const Route& route = route_for(routes, server + path);
      EXPECT_EQ(route.upstream, document.upstream) << operation;
      EXPECT_EQ(route.to + (server + path).substr(route.prefix.size()), path) << operation;
      EXPECT_EQ(route.authenticated, !operation.ends_with(": public")) << operation;
    }
  }
}

TEST(ARoute, LeadsToSomethingThatIsDescribed) {
  const auto routes = built_in_routes();
  std::set<std::string> used;
  for (const Document& document : documents()) {
    const Route& shown = route_for(routes, "/api-docs/" + document.name);
    used.insert(shown.prefix);
    for (const std::string& operation : testkit::documented_operations(document.text))
      used.insert(route_for(routes, shown.taken_prefix + path_of(operation)).prefix);
  }
  for (const Route& route : routes) EXPECT_TRUE(used.contains(route.prefix)) << route.prefix;
}

}  // namespace
}  // namespace pms::gateway
