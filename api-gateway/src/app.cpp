#include "app.hpp"

#include <boost/asio/post.hpp>
#include <cstddef>
#include <expected>
#include <fmt/format.h>
#include <fstream>
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
#include "resilience/memory_rate_limiter.hpp"

namespace pms::gateway {
namespace {

http::ServerSettings server_settings(const Config& config) {
  http::ServerSettings settings = config.listen.for_clients(App::program);
  settings.request_timeout = config.request_timeout;
  settings.max_connections = config.max_connections;
  settings.max_connections_per_client = config.max_connections_per_client;
  settings.behind_gateway = false;  // clients do not set deadlines
  return settings;
}

core::Result<std::string> read_file(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()))
    return core::fail(core::Errc::invalid, fmt::format("gateway.routes.file: cannot read {}", path));
  return text.str();
}

}  // namespace

struct App::Components {
  Components(const Config& service_config, runtime::Runtime& service_runtime, const security::TokenVerifier& verifier)
      : config(service_config),
        runtime(service_runtime),
        limiter(resilience::memory_rate_limiter(runtime.clock())),
        gateway(*limiter, verifier, config.address_limit) {}

  core::Result<> make_upstreams();
  core::Result<> load_routes();

  const Config config;
  runtime::Runtime& runtime;
  std::unique_ptr<resilience::RateLimiter> limiter;
  std::vector<std::unique_ptr<Upstream>> upstreams;
  Gateway gateway;
};

core::Result<> App::Components::make_upstreams() {
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

core::Result<> App::Components::load_routes() {
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
    : HttpService(runtime, server_settings(config), config.listen, config.tokens),
      components_(std::make_unique<Components>(config, runtime, verifier())) {}
App::~App() = default;

core::Result<> App::open() {
  if (auto made = components_->make_upstreams(); !made) return made;
  return components_->load_routes();
}

/// Afterwards, no service should wait for another request of the gateway.
core::Task<void> App::drain_clients(core::Deadline deadline) {
  co_await HttpService::drain_clients(deadline);
  const auto io = components_->runtime.io();
  for (std::size_t lane = 0; lane < io.size(); ++lane)
    boost::asio::post(*io[lane], [this, lane] {
      for (const auto& upstream : components_->upstreams) upstream->close_idle(lane);
    });
}

http::Handler& App::handler() { return components_->gateway; }

std::vector<RouteSummary> App::routes() const {
  std::vector<RouteSummary> routes;
  for (const Route& route : components_->gateway.routes())
    routes.push_back({route.prefix, route.upstream, route.to, route.authenticated});
  return routes;
}
const std::vector<rest::Route>& App::page_routes() const { return components_->gateway.pages().routes(); }

}  // namespace pms::gateway
