#include "routes/summary_routes.hpp"

#include <string>

#include "clinic/permissions.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"
#include "storage/counts.hpp"

namespace pms::analytics {
namespace {

std::string to_json(const Summary& summary) {
  std::string out;
  json::Writer json(out);
  json.begin_object();
  json.field("patientsCreated", summary.patients_created);
  json.field("patientsUpdated", summary.patients_updated);
  json.field("patientsDeleted", summary.patients_deleted);
  json.field("activePatients", summary.active_patients);
  json.field("eventsProcessed", summary.events_processed);
  json.key("asOf");
  if (summary.as_of) {
    json.text(core::format_timestamp(*summary.as_of));
  } else {
    json.null();
  }
  json.end_object();
  return out;
}

core::Task<http::Response> summary(database::Database& database, const http::Request& request) {
  const auto counts = co_await read_summary(database, request.context.deadline);
  if (!counts) co_return http::problem(counts.error(), request);
  co_return http::ok(to_json(*counts));
}

}  // namespace

void mount_summary(rest::Router& api, database::Database& database) {
  api.get("/summary", clinic::Permission::analytics_read,
          [&database](http::Request& request) { return summary(database, request); });
}

}  // namespace pms::analytics
