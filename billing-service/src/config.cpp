#include "config.hpp"

#include "clinic/services.hpp"
#include "runtime/engines.hpp"

namespace pms::billing {

void Config::declare(config::Schema& schema) {
  listen.declare(schema, std::string(clinic::services::billing.section), clinic::services::billing.port);
  tokens.declare(schema);
  schema.property("billing.database.url", &database_url, std::string("sqlite:var/billing.db"),
                  "Where billing accounts are stored", runtime::database_url());
  events.declare(schema);
  schema.property("billing.grpc.host", &grpc_host, std::string("127.0.0.1"), "Where to listen for gRPC",
                  config::listen_address());
  schema.property("billing.grpc.port", &grpc_port, clinic::billing_grpc_port, "TCP port for gRPC",
                  config::between<std::uint16_t>(1, 65535));
  schema.property("billing.grpc.legacy-from-anywhere", &legacy_from_anywhere, false,
                  "Also serve clients of the earlier system, which send no token, from other machines");
}

}  // namespace pms::billing
