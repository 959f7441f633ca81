// The five services: their names, the sections of the configuration, and the ports that they have
// by default.
#pragma once

#include <array>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>

namespace pms::clinic {

struct ServiceEntry {
  std::string_view name;     ///< also the name of its executable
  std::string_view section;  ///< the first part of its configuration keys
  std::uint16_t port;        ///< for clients; the management port is management_offset higher
};

constexpr std::uint16_t management_offset = 100;
constexpr std::uint16_t billing_grpc_port = 9001;

namespace services {
constexpr ServiceEntry gateway{"api-gateway", "gateway", 4004};
constexpr ServiceEntry auth{"auth-service", "auth", 4005};
constexpr ServiceEntry patient{"patient-service", "patient", 4000};
constexpr ServiceEntry billing{"billing-service", "billing", 4001};
constexpr ServiceEntry analytics{"analytics-service", "analytics", 4002};
}  // namespace services

inline constexpr std::array all_services = {services::gateway, services::auth, services::patient, services::billing,
                                            services::analytics};

/// The sections that one configuration for all five services may hold.
inline constexpr std::array<std::string_view, 8> configuration_sections = {services::gateway.section,
                                                                           services::auth.section,
                                                                           services::patient.section,
                                                                           services::billing.section,
                                                                           services::analytics.section,
                                                                           "tokens",
                                                                           "events",
                                                                           "clinic"};

/// Where a service of this machine listens.
inline std::string local_url(std::uint16_t port) { return fmt::format("http://127.0.0.1:{}", port); }

/// Where auth-service publishes its keys, given its port.
inline std::string jwks_url(std::uint16_t port = services::auth.port) {
  return local_url(port) + "/.well-known/jwks.json";
}

/// Where auth-service publishes revocations, given its management port.
inline std::string revocations_url(std::uint16_t port = services::auth.port + management_offset) {
  return local_url(port) + "/revocations";
}

/// Where billing-service listens for gRPC on this machine.
inline std::string billing_grpc_address(std::uint16_t port = billing_grpc_port) {
  return fmt::format("127.0.0.1:{}", port);
}

}  // namespace pms::clinic
