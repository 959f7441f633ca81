#include "config.hpp"

#include "clinic/services.hpp"
#include "runtime/engines.hpp"

namespace pms::patient {

void Config::declare(config::Schema& schema) {
  using namespace std::chrono_literals;
  listen.declare(schema, std::string(clinic::services::patient.section), clinic::services::patient.port);
  tokens.declare(schema);
  schema.property("patient.database.url", &database_url, std::string("sqlite:var/patient.db"),
                  "Where patients are stored", runtime::database_url());
  events.declare(schema);
  schema.property(
      "clinic.time-zone", &time_zone, std::string("UTC"),
      "The clinic's time zone, which decides the current date for registrations, dates of birth and statistics",
      config::time_zone());
  schema.property("patient.billing.address", &billing_address, clinic::billing_grpc_address(),
                  "billing-service's gRPC address, host:port", config::not_empty());
  schema.property("patient.billing.deadline", &billing_deadline, std::chrono::milliseconds(250ms),
                  "How long creating a patient waits for the billing account before it returns PENDING",
                  config::between<std::chrono::milliseconds>(1ms, 5s));
}

}  // namespace pms::patient
