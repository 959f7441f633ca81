#include "config.hpp"

#include <cstdint>
#include <fmt/format.h>

namespace pms::gateway {
namespace {

void declare_limit(config::Schema& schema, const std::string& key, resilience::RateLimit& limit,
                   resilience::RateLimit standard, const std::string& whose) {
  schema.property(key + ".per-second", &limit.per_second, standard.per_second,
                  "Requests per second " + whose + "; 0: no limit");
  schema.property(key + ".burst", &limit.burst, standard.burst, "Burst of requests " + whose);
}

void declare_upstream(config::Schema& schema, const std::string& name, std::vector<std::string>& urls,
                      std::uint16_t port) {
  schema.property("gateway.upstream." + name, &urls, std::vector<std::string>{fmt::format("http://127.0.0.1:{}", port)},
                  "Base URLs of the replicas of " + name + "-service");
}

}  // namespace

void Config::declare(config::Schema& schema) {
  using namespace std::chrono_literals;
  listen.declare(schema, "gateway", 4004);
  tokens.declare(schema);
  declare_upstream(schema, "auth", auth_urls, 4005);
  declare_upstream(schema, "patient", patient_urls, 4000);
  declare_upstream(schema, "billing", billing_urls, 4001);
  declare_upstream(schema, "analytics", analytics_urls, 4002);
  schema.property("gateway.routes.file", &routes_file, std::string(),
                  "A routes file in place of the built-in api-gateway/routes.yaml");
  declare_limit(schema, "gateway.limit.address", address_limit, {100, 200}, "from one client address");
  declare_limit(schema, "gateway.limit.login", login_limit, {5, 20}, "to log in from one client address");
  declare_limit(schema, "gateway.limit.user", user_limit, {10, 20}, "of one user");
  schema.property("gateway.connections.max", &max_connections, std::uint32_t{10'000},
                  "Open client connections; for one more, the connection that has been idle longest is closed",
                  config::between<std::uint32_t>(1, 1'000'000));
  schema.property("gateway.connections.per-client", &max_connections_per_client, std::uint32_t{1'000},
                  "Open connections of one IPv4 address or IPv6 /64 network; 0: no limit",
                  config::between<std::uint32_t>(0, 1'000'000));
  schema.property("gateway.request.timeout", &request_timeout, std::chrono::milliseconds(15s),
                  "How long a complete request may take before the gateway responds with 504",
                  config::between<std::chrono::milliseconds>(10ms, 10min));
}

}  // namespace pms::gateway
