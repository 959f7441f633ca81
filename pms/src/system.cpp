#include "system.hpp"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "config/load.hpp"

namespace pms {
namespace {

bool on_loopback(const std::string& host) {
  boost::system::error_code error;
  const auto address = boost::asio::ip::make_address(host, error);
  return error ? host == "localhost" : address.is_loopback();
}

/// Replaces the default address with the one that the service listens on in this process.
void follow(std::string& address, std::string_view default_address, std::string here) {
  if (address == default_address) address = std::move(here);
}

void follow(std::vector<std::string>& urls, const clinic::ServiceEntry& service,
            const runtime::ListenSettings& listen) {
  if (urls.size() == 1) follow(urls.front(), clinic::local_url(service.port), clinic::local_url(listen.port));
}

}  // namespace

void SystemConfig::declare(config::Schema& schema) {
  process.declare(schema);
  gateway.declare(schema);
  auth.declare(schema);
  patient.declare(schema);
  billing.declare(schema);
  analytics.declare(schema);
}

void SystemConfig::connect_services() {
  for (runtime::TokenConfig* tokens : {&gateway.tokens, &patient.tokens, &billing.tokens, &analytics.tokens}) {
    follow(tokens->jwks_url, clinic::jwks_url(), clinic::jwks_url(auth.listen.port));
    follow(tokens->revocations_url, clinic::revocations_url(), clinic::revocations_url(auth.listen.management_port));
  }
  follow(gateway.auth_urls, clinic::services::auth, auth.listen);
  follow(gateway.patient_urls, clinic::services::patient, patient.listen);
  follow(gateway.billing_urls, clinic::services::billing, billing.listen);
  follow(gateway.analytics_urls, clinic::services::analytics, analytics.listen);
  follow(patient.billing_address, clinic::billing_grpc_address(), clinic::billing_grpc_address(billing.grpc_port));
}

std::vector<std::string> SystemConfig::network_listeners() const {
  std::vector<std::string> found;
  const auto note = [&](std::string key, const std::string& host) {
    if (!on_loopback(host)) found.push_back(fmt::format("{}: {}", key, host));
  };
  for (const auto& [service, listen] : listeners()) {
    note(fmt::format("{}.http.host", service.section), listen.host);
    note(fmt::format("{}.management.host", service.section), listen.management_host);
  }
  note("billing.grpc.host", billing.grpc_host);
  return found;
}

std::vector<std::pair<clinic::ServiceEntry, runtime::ListenSettings>> SystemConfig::listeners() const {
  return {{clinic::services::gateway, gateway.listen},
          {clinic::services::auth, auth.listen},
          {clinic::services::patient, patient.listen},
          {clinic::services::billing, billing.listen},
          {clinic::services::analytics, analytics.listen}};
}

std::optional<int> load(SystemConfig& config, const std::vector<std::string>& arguments) {
  config::Schema schema;
  config.declare(schema);
  std::vector<const char*> argv{"pms"};
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  const int argc = static_cast<int>(argv.size());
  if (auto done = runtime::answer_help("pms", schema, argc, argv.data())) return done;
  if (auto loaded = config::load(schema, config::process_sources(argc, argv.data())); !loaded)
    return runtime::report_configuration("pms", loaded.error());
  config.connect_services();
  return std::nullopt;
}

int serve(const SystemConfig& config, const std::function<void(runtime::Runtime&)>& started) {
  runtime::Runtime runtime(config.process);
  // The services are declared in the order in which they drain: the edge first, then those whose
  // events others consume.
  gateway::App gateway(config.gateway, runtime);
  auth::App auth(config.auth, runtime);
  patient::App patient(config.patient, runtime);
  billing::App billing(config.billing, runtime);
  analytics::App analytics(config.analytics, runtime);
  runtime::Service* services[] = {&gateway, &auth, &patient, &billing, &analytics};
  return runtime::run(runtime, config.process, services, [&] { started(runtime); });
}

}  // namespace pms
