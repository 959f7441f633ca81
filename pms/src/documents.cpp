#include <filesystem>
#include <fmt/ranges.h>
#include <map>

#include "commands.hpp"
#include "system.hpp"

namespace pms {
namespace {

using security::Permission;
using security::Permissions;
using security::Role;

constexpr std::string_view origin = "<!-- Made from the code by ./dev docs; a test keeps it so. -->\n";

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = (std::filesystem::temp_directory_path() / "pms-docs-XXXXXX").string();
    if (::mkdtemp(pattern.data()) != nullptr) path_ = pattern;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

/// What a service serves, as its own router says.
struct ServedRoutes {
  std::string service;
  std::string upstream;  ///< its name in the gateway's routes
  std::vector<http::Route> clients;
  std::vector<http::Route> operators;
};

struct SystemRoutes {
  std::vector<gateway::Route> gateway;
  std::vector<http::Route> gateway_pages;
  std::vector<ServedRoutes> services;  ///< the gateway first, with none for clients
};

template <class App>
core::Result<> open(App& app, std::string upstream, SystemRoutes& routes) {
  if (auto opened = app.open(); !opened) return opened;
  ServedRoutes served{
      .service = std::string(App::program), .upstream = std::move(upstream), .clients = {}, .operators = {}};
  if constexpr (std::is_same_v<App, gateway::App>) {
    routes.gateway = app.routes();
    routes.gateway_pages = app.page_routes();
  } else {
    served.clients = app.routes();
  }
  served.operators = app.management_routes();
  routes.services.push_back(std::move(served));
  return {};
}

core::Result<SystemRoutes> open_all(const SystemConfig& config, runtime::Runtime& runtime) {
  gateway::App gateway(config.gateway, runtime);
  auth::App auth(config.auth, runtime);
  patient::App patient(config.patient, runtime);
  billing::App billing(config.billing, runtime);
  analytics::App analytics(config.analytics, runtime);
  runtime.start_threads();
  SystemRoutes routes;
  auto opened = open(gateway, "", routes);
  if (opened) opened = open(auth, "auth", routes);
  if (opened) opened = open(patient, "patient", routes);
  if (opened) opened = open(billing, "billing", routes);
  if (opened) opened = open(analytics, "analytics", routes);
  runtime.stop_threads();
  if (!opened) return std::unexpected(opened.error());
  return routes;
}

/// The routes of every service, which are known once it is open. No port is used.
core::Result<SystemRoutes> routes_of_system() {
  const TemporaryFolder folder;
  config::Schema schema;
  SystemConfig config;
  config.declare(schema);
  config.process.threads = 1;
  for (std::string* url : {&config.auth.database_url, &config.patient.database_url, &config.billing.database_url,
                           &config.analytics.database_url})
    url->replace(url->find("var/"), 3, folder.path());
  for (std::string* url : {&config.patient.events_url, &config.billing.events_url, &config.analytics.events_url})
    *url = fmt::format("embedded:{}/events.db", folder.path());
  runtime::Runtime runtime(config.process);
  return open_all(config, runtime);
}

std::string row(const std::vector<std::string>& cells) { return fmt::format("| {} |\n", fmt::join(cells, " | ")); }

std::string header(const std::vector<std::string>& names) {
  return row(names) + row(std::vector<std::string>(names.size(), "---"));
}

std::string code(std::string_view text) { return fmt::format("`{}`", text); }

/// ADMIN, AUDITOR: who has one of these.
std::string roles_with(Permissions any_of) {
  std::vector<std::string_view> names;
  for (const Role role : security::all_roles())
    if (security::permissions_of(role).has_any(any_of)) names.push_back(security::to_string(role));
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string names_of(Permissions permissions) {
  std::vector<std::string_view> names;
  for (const Permission permission : security::all_permissions())
    if (permissions.has(permission)) names.push_back(security::to_string(permission));
  return fmt::format("{}", fmt::join(names, " or "));
}

struct AccessInWords {
  std::string needs;
  std::string roles;
};

AccessInWords words_of(const http::Access& access) {
  if (std::holds_alternative<http::Public>(access)) return {"nothing: public", "anybody"};
  if (const auto* permission = std::get_if<Permission>(&access))
    return {names_of({*permission}), roles_with({*permission})};
  return {"an access token", "every role"};
}

/// The paths by which the gateway passes a request on to this one.
std::string gateway_paths(const SystemRoutes& routes, const ServedRoutes& service, std::string_view pattern) {
  std::vector<std::string> paths;
  for (const gateway::Route& route : routes.gateway) {
    if (route.upstream != service.upstream || !gateway::lies_below(pattern, route.to)) continue;
    const std::string path = route.prefix + std::string(pattern.substr(route.to.size()));
    const auto chosen = std::ranges::find_if(
        routes.gateway, [&](const gateway::Route& each) { return gateway::lies_below(path, each.prefix); });
    if (chosen->prefix != route.prefix) continue;
    paths.push_back(code(path) + (route.authenticated ? "" : ", public"));
  }
  return fmt::format("{}", fmt::join(paths, "<br>"));
}

std::string role_table() {
  std::vector<std::string> names{"role"};
  for (const Permission permission : security::all_permissions()) names.push_back(std::string(to_string(permission)));
  std::string table = header(names);
  for (const Role role : security::all_roles()) {
    std::vector<std::string> cells{std::string(to_string(role))};
    for (const Permission permission : security::all_permissions())
      cells.emplace_back(security::permissions_of(role).has(permission) ? "yes" : "");
    table += row(cells);
  }
  return table;
}

std::string route_table(const SystemRoutes& routes, const ServedRoutes& service) {
  std::string table = header({"method", "path", "through the gateway", "needs", "roles"});
  for (const http::Route& route : service.clients) {
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

std::string gateway_table(std::vector<gateway::Route> routes, const std::vector<http::Route>& pages) {
  std::ranges::sort(routes, {}, &gateway::Route::prefix);
  std::string table = header({"prefix", "goes to", "needs"});
  for (const gateway::Route& route : routes)
    table +=
        row({code(route.prefix), fmt::format("{}-service `{}…`", route.upstream, route.to.empty() ? "/" : route.to),
             route.authenticated ? "an access token" : "nothing: public"});
  for (const http::Route& page : pages)
    table += row({code(page.pattern), "itself, this path only", words_of(page.access).needs});
  return table;
}

std::string operators_table(const std::vector<ServedRoutes>& services) {
  std::string table = header({"service", "method", "path", "needs"});
  for (const ServedRoutes& service : services)
    for (const http::Route& route : service.operators)
      table += row(
          {service.service, std::string(to_string(route.method)), code(route.pattern), words_of(route.access).needs});
  return table;
}

/// Roles and permissions, and what each route and gRPC method asks for.
core::Result<std::string> permissions_document() {
  const auto routes = routes_of_system();
  if (!routes) return std::unexpected(routes.error());
  std::string text = fmt::format(
      "# Permissions\n\n{}\nA user has roles, a role has permissions, and a route asks for one permission. The service "
      "that owns a route decides, whoever\npassed the request on: 401 without a valid access token, 403 without the "
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

/// Who reads which section of the configuration.
class Readers {
 public:
  template <class Config>
  void add(std::string_view program) {
    config::Schema schema;
    Config config;
    config.declare(schema);
    for (const config::Property& property : schema.properties()) {
      auto& readers = by_section_[property.key.substr(0, property.key.find('.'))];
      if (readers.empty() || readers.back() != program) readers.push_back(program);
    }
  }
  void add_process() {
    config::Schema schema;
    runtime::Settings settings;
    settings.declare(schema);
    for (const config::Property& property : schema.properties())
      by_section_[property.key.substr(0, property.key.find('.'))] = {"every process"};
  }
  std::string table() const {
    std::string table = header({"section", "read by"});
    for (const auto& [section, readers] : by_section_)
      table += row({fmt::format("[{0}](#{0})", section), fmt::format("{}", fmt::join(readers, ", "))});
    return table;
  }

 private:
  std::map<std::string, std::vector<std::string_view>> by_section_;
};

/// Every property, where it is set and who reads it.
core::Result<std::string> configuration_document() {
  Readers readers;
  readers.add<gateway::Config>(gateway::App::program);
  readers.add<auth::Config>(auth::App::program);
  readers.add<patient::Config>(patient::App::program);
  readers.add<billing::Config>(billing::App::program);
  readers.add<analytics::Config>(analytics::App::program);
  readers.add_process();
  config::Schema schema;
  SystemConfig config;
  config.declare(schema);
  return fmt::format(R"(# Configuration

{}
Every setting is a property with a default that works. The same names serve `pms` and the five executables, each of which reads its own
sections of one file and leaves the others alone. `pms properties` prints this list, and `--help` of an executable what it reads itself.

A property is set by the first of these that there is:

1. by a flag: `--patient.http.port 4000` or `--patient.http.port=4000`; a boolean's flag may stand alone
2. by an environment variable: `PMS_`, and the name in capitals with `_` in place of dots and dashes: `PMS_PATIENT_HTTP_PORT=4000`
3. in the YAML file that `--config FILE` or `PMS_CONFIG_FILE` names, as nested maps or with dots:

   ```yaml
   patient:
     http.port: 4000
   log.level: debug
   ```

4. by its default

A **secret** may also be in a file of its own, which its variable with `_FILE` behind it names: `PMS_AUTH_KEYS_SECRET_FILE=/run/secrets/keys`. It is
never printed.

A **duration** is a whole number and a unit: `250ms`, `5s`, `15m`, `24h`, `7d`, or `0`. An **integer** is in the unit that its name or meaning
says. A **boolean** is `true` or `false`. A **list** is one in YAML, and elsewhere its elements with commas between them.

A name that does not exist, a value that is not allowed, or one that is given twice ends the start with exit code 78 and a line for each that
says where it was found and what would be right. Paths are relative to the folder that the process is started in.

{}
{})",
                     origin, readers.table(), config::to_markdown(schema));
}

}  // namespace

int print_document(const std::string& name) {
  const auto document = name == "permissions" ? permissions_document() : configuration_document();
  if (!document) {
    fmt::print(stderr, "pms: {}\n", document.error().message);
    return 1;
  }
  fmt::print("{}", *document);
  return 0;
}

}  // namespace pms
