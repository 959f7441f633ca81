#include "app.hpp"

#include <expected>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "default_routes.hpp"
#include "gateway.hpp"
#include "http/server.hpp"
#include "pages/documents.hpp"
#include "resilience/rate_limiter.hpp"
#include "runtime/management.hpp"
#include "runtime/tokens.hpp"

namespace pms::gateway {
namespace {

http::ServerSettings server_settings(const Config& config) {
  http::ServerSettings settings = config.listen.for_clients(App::program);
  settings.request_timeout = config.request_timeout;
  settings.behind_gateway = false;  // clients do not say when an answer is due
  return settings;
}

core::Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()))
    return core::fail(core::Errc::invalid, fmt::format("gateway.routes.file: can not read {}", path));
  return text.str();
}

}  // namespace

struct App::Parts {
  Parts(const Config& chosen, runtime::Runtime& process, std::function<core::Task<core::Result<>>()> ready)
      : config(chosen),
        runtime(process),
        limiter(resilience::memory_rate_limiter(runtime.clock())),
        tokens(std::string(program), config.tokens, runtime),
        gateway(*limiter, tokens.verifier(), config.address_limit),
        server(server_settings(config), runtime.io(), gateway),
        management(std::string(program), config.listen, runtime, std::move(ready)) {}

  core::Result<> make_upstreams();
  core::Result<> load_routes();

  Config config;
  runtime::Runtime& runtime;
  std::unique_ptr<resilience::RateLimiter> limiter;
  runtime::Tokens tokens;
  std::vector<std::unique_ptr<Upstream>> upstreams;
  Gateway gateway;
  http::Server server;
  runtime::Management management;
};

core::Result<> App::Parts::make_upstreams() {
  const std::pair<std::string, const std::vector<std::string>&> all[] = {{"auth", config.auth_urls},
                                                                         {"patient", config.patient_urls},
                                                                         {"billing", config.billing_urls},
                                                                         {"analytics", config.analytics_urls}};
  for (const auto& [name, urls] : all) {
    auto upstream = Upstream::make(name, urls, runtime.io().size(), runtime.clock());
    if (!upstream) return std::unexpected(upstream.error());
    upstreams.push_back(std::move(*upstream));
  }
  return {};
}

core::Result<> App::Parts::load_routes() {
  std::string text(default_routes());
  if (!config.routes_file.empty()) {
    auto read = read_file(config.routes_file);
    if (!read) return std::unexpected(read.error());
    text = std::move(*read);
  }
  RouteDefaults defaults{.address_limit = config.address_limit,
                         .login_limit = config.login_limit,
                         .user_limit = config.user_limit,
                         .upstreams = {}};
  for (const auto& upstream : upstreams) defaults.upstreams.push_back(upstream->name());
  auto routes = parse_routes(text, config.routes_file.empty() ? "routes.yaml" : config.routes_file, defaults);
  if (!routes) return std::unexpected(routes.error());
  gateway.serve(std::move(*routes), upstreams);
  pages::mount_swagger_ui(gateway.pages(), {{"auth", "../api-docs/auth"},
                                            {"patients", "../api-docs/patients"},
                                            {"billing", "../api-docs/billing"},
                                            {"analytics", "../api-docs/analytics"}});
  return {};
}

App::App(const Config& config, runtime::Runtime& runtime)
    : parts_(std::make_unique<Parts>(config, runtime, [this] { return ready(); })) {}
App::~App() = default;

core::Result<> App::bind() {
  if (auto bound = parts_->server.bind(); !bound) return bound;
  return parts_->management.bind();
}

core::Result<> App::open() {
  if (auto made = parts_->make_upstreams(); !made) return made;
  return parts_->load_routes();
}

void App::start() {
  parts_->tokens.start();
  parts_->server.start();
  parts_->management.start();
}

/// The gateway has no storage; whether its neighbours are there is for them to say.
core::Task<core::Result<>> App::ready() { co_return core::Result<>(); }

core::Task<void> App::drain(core::Deadline deadline) {
  co_await parts_->server.drain(deadline);
  parts_->tokens.stop();
  co_await parts_->management.drain(deadline);
}

std::vector<std::string> App::listening() const {
  return {fmt::format("http {}:{}", parts_->config.listen.host, parts_->server.port()),
          fmt::format("management {}:{}", parts_->config.listen.management_host, parts_->management.port())};
}

std::vector<RouteSummary> App::routes() const {
  std::vector<RouteSummary> routes;
  for (const Route& route : parts_->gateway.routes())
    routes.push_back({route.prefix, route.upstream, route.to, route.authenticated});
  return routes;
}
const std::vector<rest::Route>& App::page_routes() const { return parts_->gateway.pages().routes(); }
const std::vector<rest::Route>& App::management_routes() const { return parts_->management.router().routes(); }

}  // namespace pms::gateway
