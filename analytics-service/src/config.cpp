#include "config.hpp"

#include "clinic/services.hpp"
#include "runtime/engines.hpp"

namespace pms::analytics {

void Config::declare(config::Schema& schema) {
  listen.declare(schema, std::string(clinic::services::analytics.section), clinic::services::analytics.port);
  tokens.declare(schema);
  schema.property("analytics.database.url", &database_url, std::string("sqlite:var/analytics.db"),
                  "Where the statistics are stored", runtime::database_url());
  events.declare(schema);
  schema.property(
      "clinic.time-zone", &time_zone, std::string("UTC"),
      "The clinic's time zone, which decides the current date for registrations, dates of birth and statistics",
      config::time_zone());
}

}  // namespace pms::analytics
