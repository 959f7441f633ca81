#include "routes/registrations_routes.hpp"

#include <span>
#include <string>

#include "clinic/permissions.hpp"
#include "core/task.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"
#include "routes/registrations_query.hpp"
#include "storage/registrations.hpp"

namespace pms::analytics {
namespace {

std::string to_json(const Period& period, std::span<const Registrations> buckets) {
  std::string out;
  json::Writer json(out);
  json.begin_object().field("interval", to_string(period.interval)).key("buckets").begin_array();
  for (const Registrations& bucket : buckets)
    json.begin_object().field("from", core::format_date(bucket.from)).field("count", bucket.count).end_object();
  json.end_array().end_object();
  return out;
}

core::Task<http::Response> registrations(database::Database& database, core::Date today, const http::Request& request) {
  const auto period = read_period(request.query, today);
  if (!period) co_return http::problem(period.error(), request);
  const auto days = co_await read_registrations(database, period->from, period->to, request.context.deadline);
  if (!days) co_return http::problem(days.error(), request);
  co_return http::ok(to_json(*period, buckets_of(*period, *days)));
}

}  // namespace

void mount_registrations(rest::Router& api, database::Database& database, std::function<core::Date()> today) {
  api.get("/registrations", clinic::Permission::analytics_read,
          [&database, today = std::move(today)](http::Request& request) {
            return registrations(database, today(), request);
          });
}

}  // namespace pms::analytics
