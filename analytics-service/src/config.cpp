#include "config.hpp"

#include "clinic/services.hpp"
#include "runtime/engines.hpp"

namespace pms::analytics {

void Config::declare(config::Schema& schema) {
  listen.declare(schema, std::string(clinic::services::analytics.section), clinic::services::analytics.port);
  tokens.declare(schema);
  schema.property("analytics.database.url", &database_url, std::string("sqlite:var/analytics.db"),
                  "Where the statistics are stored", runtime::database_url());
  schema.property("events.url", &events_url, std::string("embedded:var/events.db"),
                  "The event log that carries patient changes to the other services", runtime::event_log_url());
  schema.property(
      "clinic.time-zone", &time_zone, std::string("UTC"),
      "The clinic's time zone, which decides the current date for registrations, dates of birth and statistics",
      config::time_zone());
}

}  // namespace pms::analytics
