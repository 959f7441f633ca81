#include "documents/system_routes.hpp"

#include <expected>
#include <filesystem>
#include <fmt/format.h>

namespace pms {
namespace {

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

}  // namespace

core::Result<SystemRoutes> routes_of_system() {
  const TemporaryFolder folder;
  config::Schema schema;
  SystemConfig config;
  config.declare(schema);
  config.process.threads = 1;
  for (std::string* url : {&config.auth.database_url, &config.patient.database_url, &config.billing.database_url,
                           &config.analytics.database_url})
    url->replace(url->find("var/"), 3, folder.path());
  for (std::string* url : {&config.patient.events.url, &config.billing.events.url, &config.analytics.events.url})
    *url = fmt::format("embedded:{}/events.db", folder.path());
  runtime::Runtime runtime(config.process);
  return open_all(config, runtime);
}

}  // namespace pms
