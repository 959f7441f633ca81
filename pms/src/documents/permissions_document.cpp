#include <algorithm>
#include <expected>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "clinic/permissions.hpp"
#include "core/result.hpp"
#include "documents/documents.hpp"
#include "documents/markdown.hpp"
#include "documents/system_routes.hpp"
#include "http/url.hpp"
#include "rest/router.hpp"

namespace pms {
namespace {

using clinic::Permission;
using clinic::Permissions;
using clinic::Role;
using markdown::code;
using markdown::header;
using markdown::origin;
using markdown::row;

/// Returns the roles that grant any of these permissions: "ADMIN, AUDITOR".
std::string roles_with(Permissions any_of) {
  std::vector<std::string_view> names;
  for (const Role role : clinic::all_roles())
    if (clinic::permissions_of(role).has_any(any_of)) names.push_back(clinic::to_string(role));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string names_of(Permissions permissions) {
  std::vector<std::string_view> names;
  for (const Permission permission : clinic::all_permissions())
    if (permissions.has(permission)) names.push_back(clinic::to_string(permission));
  return fmt::format("{}", fmt::join(names, " or "));
}

struct AccessInWords {
  std::string needs;
  std::string roles;
};

AccessInWords words_of(const rest::Access& access) {
  if (std::holds_alternative<rest::Public>(access)) return {"nothing: public", "anybody"};
  if (const auto* permission = std::get_if<Permission>(&access))
    return {names_of({*permission}), roles_with({*permission})};
  return {"an access token", "every role"};
}

/// Returns the paths at which the gateway forwards requests to this pattern of the service.
std::string gateway_paths(const SystemRoutes& routes, const ServedRoutes& service, std::string_view pattern) {
  std::vector<std::string> paths;
  for (const gateway::RouteSummary& route : routes.gateway) {
    if (route.upstream != service.upstream || !http::lies_below(pattern, route.to)) continue;
    const std::string path = route.prefix + std::string(pattern.substr(route.to.size()));
    const auto chosen = std::ranges::find_if(
        routes.gateway, [&](const gateway::RouteSummary& each) { return http::lies_below(path, each.prefix); });
    if (chosen->prefix != route.prefix) continue;
    paths.push_back(code(path) + (route.authenticated ? "" : ", public"));
  }
  return fmt::format("{}", fmt::join(paths, "<br>"));
}

std::string role_table() {
  std::vector<std::string> names{"role"};
  for (const Permission permission : clinic::all_permissions()) names.push_back(std::string(to_string(permission)));
  std::string table = header(names);
  for (const Role role : clinic::all_roles()) {
    std::vector<std::string> cells{std::string(to_string(role))};
    for (const Permission permission : clinic::all_permissions())
      cells.emplace_back(clinic::permissions_of(role).has(permission) ? "yes" : "");
    table += row(cells);
  }
  return table;
}

std::string route_table(const SystemRoutes& routes, const ServedRoutes& service) {
  std::string table = header({"method", "path", "through the gateway", "needs", "roles"});
  for (const rest::Route& route : service.clients) {
    const auto [needs, roles] = words_of(route.access);
    table += row({std::string(to_string(route.method)), code(route.pattern),
                  gateway_paths(routes, service, route.pattern), needs, roles});
  }
  return table;
}

std::string grpc_section() {
  std::string table = header({"method", "needs", "roles"});
  for (const auto& [method, any_of] : billing::App::grpc_methods())
    table += row({code(method), names_of(any_of), roles_with(any_of)});
  return fmt::format(
      "\ngRPC, with the access token in the metadata `authorization: Bearer …`:\n\n{}\n"
      "`BillingService/CreateBillingAccount`, the method without a package that clients of the earlier system call, "
      "needs no token and is served\nto this machine only, unless `billing.grpc.legacy-from-anywhere` is set. Health "
      "and reflection need none either.\n",
      table);
}

std::string gateway_table(std::vector<gateway::RouteSummary> routes, const std::vector<rest::Route>& pages) {
  std::ranges::sort(routes, {}, &gateway::RouteSummary::prefix);
  std::string table = header({"prefix", "goes to", "needs"});
  for (const gateway::RouteSummary& route : routes)
    table +=
        row({code(route.prefix), fmt::format("{}-service `{}…`", route.upstream, route.to.empty() ? "/" : route.to),
             route.authenticated ? "an access token" : "nothing: public"});
  for (const rest::Route& page : pages)
    table += row({code(page.pattern), "itself, this path only", words_of(page.access).needs});
  return table;
}

std::string operators_table(const std::vector<ServedRoutes>& services) {
  std::string table = header({"service", "method", "path", "needs"});
  for (const ServedRoutes& service : services)
    for (const rest::Route& route : service.operators)
      table += row(
          {service.service, std::string(to_string(route.method)), code(route.pattern), words_of(route.access).needs});
  return table;
}

}  // namespace

core::Result<std::string> permissions_document() {
  const auto routes = routes_of_system();
  if (!routes) return std::unexpected(routes.error());
  std::string text = fmt::format(
      "# Permissions\n\n{}\nA user has roles, a role has permissions, and a route asks for one permission. The service "
      "that owns a route decides, also for\nrequests through the gateway: 401 without a valid access token, 403 "
      "without the "
      "permission. Tests call every route as every role.\n\n## Roles\n\n{}",
      origin, role_table());
  for (const ServedRoutes& service : routes->services) {
    if (service.clients.empty()) continue;
    text += fmt::format("\n## {}\n\n{}", service.service, route_table(*routes, service));
    if (service.service == billing::App::program) text += grpc_section();
  }
  text += fmt::format(
      "\n## api-gateway\n\nThe longest prefix that fits a path decides. Beyond it the gateway asks for a valid token "
      "at "
      "most; the permission is the service's\nto check.\n\n{}",
      gateway_table(routes->gateway, routes->gateway_pages));
  text += fmt::format(
      "\n## Operators\n\nOn the management ports, which the gateway passes nothing to and which are to be reachable "
      "for "
      "operators and the other services only.\n\n{}",
      operators_table(routes->services));
  return text;
}

}  // namespace pms
