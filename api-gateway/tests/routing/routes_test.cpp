#include "routing/routes.hpp"

#include <gmock/gmock.h>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "default_routes.hpp"

namespace pms::gateway {
namespace {

RouteDefaults defaults() {
  return {.address_limit = {100, 200},
          .login_limit = {5, 20},
          .user_limit = {10, 20},
          .upstreams = {"auth", "patient", "billing", "analytics"}};
}

const Route* find(const std::vector<Route>& routes, std::string_view path) {
  for (const Route& route : routes)
    if (route.matches(path)) return &route;
  return nullptr;
}

struct Passage {
  std::string_view path;
  std::string_view upstream;
  std::string_view passed_on_as;
  bool authenticated = true;
};

class BuiltInRoutes : public testing::TestWithParam<Passage> {};

TEST_P(BuiltInRoutes, PassOnAsTheContractSays) {
  auto routes = parse_routes(default_routes(), "routes.yaml", defaults());
  ASSERT_TRUE(routes) << routes.error().message;
  const Route* route = find(*routes, GetParam().path);
  ASSERT_NE(route, nullptr);
  EXPECT_EQ(route->upstream, GetParam().upstream);
  EXPECT_EQ(route->to + std::string(GetParam().path.substr(route->prefix.size())), GetParam().passed_on_as);
  EXPECT_EQ(route->authenticated, GetParam().authenticated);
}

INSTANTIATE_TEST_SUITE_P(
    Contract, BuiltInRoutes,
    testing::Values(Passage{"/auth/login", "auth", "/login", false},
                    Passage{"/auth/refresh", "auth", "/refresh", false},
                    Passage{"/auth/.well-known/jwks.json", "auth", "/.well-known/jwks.json", false},
                    Passage{"/auth/validate", "auth", "/validate"}, Passage{"/auth/logout", "auth", "/logout"},
                    Passage{"/auth/me/password", "auth", "/me/password"}, Passage{"/auth/users/7", "auth", "/users/7"},
                    Passage{"/api/patients", "patient", "/patients"},
                    Passage{"/api/patients/7", "patient", "/patients/7"},
                    Passage{"/api/billing/accounts/7", "billing", "/accounts/7"},
                    Passage{"/api/analytics/summary", "analytics", "/summary"},
                    Passage{"/api-docs/auth", "auth", "/v3/api-docs", false},
                    Passage{"/api-docs/patients", "patient", "/v3/api-docs", false},
                    Passage{"/api-docs/billing", "billing", "/v3/api-docs", false},
                    Passage{"/api-docs/analytics", "analytics", "/v3/api-docs", false}));

TEST(Routes, KnowWhatTheyTakeFromThePath) {
  auto routes = parse_routes(default_routes(), "routes.yaml", defaults());
  EXPECT_EQ(find(*routes, "/auth/login")->taken_prefix, "/auth");
  EXPECT_EQ(find(*routes, "/auth/validate")->taken_prefix, "/auth");
  EXPECT_EQ(find(*routes, "/api/patients/7")->taken_prefix, "/api");
  EXPECT_EQ(find(*routes, "/api/billing/accounts")->taken_prefix, "/api/billing");
  EXPECT_EQ(find(*routes, "/api-docs/billing")->taken_prefix, "/api/billing");
}

TEST(Routes, AreNotFoundByAPartOfASegment) {
  auto routes = parse_routes(default_routes(), "routes.yaml", defaults());
  for (std::string_view path : {"/", "/api", "/api/patientsx", "/apipatients", "/authx/login", "/v3/api-docs", ""})
    EXPECT_EQ(find(*routes, path), nullptr) << path;
}

TEST(Routes, ThatArePublicMatchExactly) {
  auto routes = parse_routes(default_routes(), "routes.yaml", defaults());
  for (std::string_view path : {"/auth/login/", "/auth/login/x", "/auth/.well-known/jwks.json/x", "/auth/refresh/x"})
    EXPECT_TRUE(find(*routes, path)->authenticated) << path;
  EXPECT_EQ(find(*routes, "/api-docs/auth/x"), nullptr);
}

TEST(Routes, ThatArePublicMatchAFolderIfTheySaySo) {
  auto routes = parse_routes("routes:\n  - {prefix: /pages, upstream: auth, to: /a, access: public, folder: true}\n",
                             "routes.yaml", defaults());
  ASSERT_TRUE(routes) << routes.error().message;
  EXPECT_NE(find(*routes, "/pages"), nullptr);
  EXPECT_NE(find(*routes, "/pages/x"), nullptr);
  EXPECT_EQ(find(*routes, "/pagesx"), nullptr);
}

TEST(Routes, GiveLoginALimitOfItsOwn) {
  auto routes = parse_routes(default_routes(), "routes.yaml", defaults());
  const Route* login = find(*routes, "/auth/login");
  EXPECT_EQ(login->address_limit.name(), "login");
  EXPECT_EQ(login->address_limit.limit().per_second, 5U);
  EXPECT_EQ(find(*routes, "/auth/validate")->address_limit.limit().per_second, 100U);
  EXPECT_EQ(find(*routes, "/api/patients")->user_limit.limit().burst, 20U);
}

TEST(Routes, MayHaveLimitsInNumbers) {
  auto routes = parse_routes(
      "routes:\n  - {prefix: /a, upstream: auth, to: '', access: authenticated, address-limit: {per-second: 1, burst: "
      "2}, "
      "user-limit: {per-second: 3, burst: 4}}\n",
      "routes.yaml", defaults());
  ASSERT_TRUE(routes) << routes.error().message;
  EXPECT_EQ(routes->at(0).address_limit.limit().burst, 2U);
  EXPECT_EQ(routes->at(0).user_limit.limit().per_second, 3U);
  EXPECT_EQ(routes->at(0).user_limit.name(), "/a");
}

struct BadFile {
  std::string_view text;
  std::string_view message;
};

class BadRouteFiles : public testing::TestWithParam<BadFile> {};

TEST_P(BadRouteFiles, AreRefusedWithTheLineAndWhatWouldBeRight) {
  auto routes = parse_routes(GetParam().text, "my.yaml", defaults());
  ASSERT_FALSE(routes);
  EXPECT_EQ(routes.error().code, core::Errc::invalid);
  EXPECT_EQ(routes.error().message, GetParam().message);
}

INSTANTIATE_TEST_SUITE_P(
    Files, BadRouteFiles,
    testing::Values(
        BadFile{"", "my.yaml:1: the file must have a list `routes`"},
        BadFile{"routes: []\n", "my.yaml:1: routes must be a list with at least one route"},
        BadFile{"routes:\n  - {prefix: [}\n", "my.yaml:2: illegal flow end"},
        BadFile{"routes:\n  - {prefix: /a, upstream: auth, to: /a, access: authenticated, folder: true}\n",
                "my.yaml:2: folder is for public routes: an authenticated route has all paths below it"},
        BadFile{"routes:\n  - text\n", "my.yaml:2: a route must be a map"},
        BadFile{"routes:\n  - {upstream: auth, to: /a, access: public}\n", "my.yaml:2: prefix is required"},
        BadFile{"routes:\n  - {prefix: a, upstream: auth, to: /a, access: public}\n",
                "my.yaml:2: prefix must be a path such as /api/patients, without a trailing slash"},
        BadFile{"routes:\n  - {prefix: /a/, upstream: auth, to: /a, access: public}\n",
                "my.yaml:2: prefix must be a path such as /api/patients, without a trailing slash"},
        BadFile{"routes:\n  - prefix: /a\n    upstream: other\n    to: /a\n    access: public\n",
                "my.yaml:3: upstream must be auth or patient or billing or analytics, not other"},
        BadFile{"routes:\n  - {prefix: /a, upstream: auth, to: /a}\n", "my.yaml:2: access is required"},
        BadFile{"routes:\n  - {prefix: /a, upstream: auth, to: /a, access: open}\n",
                "my.yaml:2: access must be public or authenticated, not open"},
        BadFile{"routes:\n  - {prefix: /a, upstream: auth, to: /a, acess: public}\n",
                "my.yaml:2: unknown key acess; known: prefix, upstream, to, access, folder, address-limit, user-limit, "
                "no-store, forwarded-prefix, max-body, idempotency-key"},
        BadFile{"routes:\n  - {prefix: /a, prefix: /b, upstream: auth, to: /a, access: public}\n",
                "my.yaml:2: prefix is given twice"},
        BadFile{"routes:\n  - {prefix: /a, upstream: auth, to: /a, access: public, no-store: maybe}\n",
                "my.yaml:2: no-store must be true or false"},
        BadFile{"routes:\n  - {prefix: /a, upstream: auth, to: /a, access: public, address-limit: fast}\n",
                "my.yaml:2: address-limit must be like {per-second: 5, burst: 20}"},
        BadFile{"routes:\n  - {prefix: /a, upstream: auth, to: /a, access: public, address-limit: {per-second: -1, "
                "burst: 2}}\n",
                "my.yaml:2: per-second must be a whole number"},
        BadFile{"routes:\n  - {prefix: /a, upstream: auth, to: '', access: public}\n"
                "  - {prefix: /a, upstream: auth, to: /a, access: public}\n",
                "my.yaml:3: duplicate route for /a"}));

}  // namespace
}  // namespace pms::gateway
