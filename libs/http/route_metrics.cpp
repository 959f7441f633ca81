#include "http/route_metrics.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>
#include <utility>

#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pms::http {

struct RouteMetrics::Child {
  Method method;
  int status;
  prometheus::Histogram& durations;
  Child* next;
};

RouteMetrics::RouteMetrics(std::string service, std::string pattern)
    : service_(std::move(service)), pattern_(std::move(pattern)) {}

RouteMetrics::~RouteMetrics() {
  for (Child* child = children_.load(); child != nullptr;) delete std::exchange(child, child->next);
}

prometheus::Histogram& RouteMetrics::child(Method method, int status) {
  for (Child* child = children_.load(std::memory_order_acquire); child != nullptr; child = child->next)
    if (child->method == method && child->status == status) return child->durations;
  // Two threads may both add one here: it names the same histogram.
  auto& durations = telemetry::duration("http_server_request_duration_seconds", "Duration of HTTP requests",
                                        {{"service", service_},
                                         {"http_route", pattern_},
                                         {"http_request_method", std::string(to_string(method))},
                                         {"http_response_status_code", std::to_string(status)}});
  auto* added = new Child{method, status, durations, children_.load(std::memory_order_relaxed)};
  while (!children_.compare_exchange_weak(added->next, added, std::memory_order_release)) {
  }
  return durations;
}

void RouteMetrics::record(const Request& request, int status, std::chrono::steady_clock::duration time, bool cut,
                          bool log) {
  const std::chrono::duration<double> seconds = time;
  child(request.method, status).Observe(seconds.count());
  if (!log || !telemetry::enabled(telemetry::Level::info)) return;
  // A response that was cut is rare, and other lines have no field for it.
  const telemetry::LogField method{"method", to_string(request.method)};
  const telemetry::LogField route{"route", std::string_view(pattern_)};
  const telemetry::LogField code{"status", std::int64_t{status}};
  const telemetry::LogField ms{"ms", seconds.count() * 1000};
  const telemetry::LogField trace_id{"trace_id", std::string_view(request.context.trace.trace_id)};
  const telemetry::LogField request_id{"request_id", std::string_view(request.context.request_id)};
  if (cut) {
    telemetry::log(telemetry::Level::info, service_, "request",
                   {method, route, code, {"cut", true}, ms, trace_id, request_id});
  } else {
    telemetry::log(telemetry::Level::info, service_, "request", {method, route, code, ms, trace_id, request_id});
  }
}

void RouteMetrics::record_refusal(const Request& request, int status, bool log) const {
  telemetry::counter("http_server_refused_requests_total", "HTTP requests refused before they were complete",
                     {{"service", service_}, {"http_response_status_code", std::to_string(status)}})
      .Increment();
  if (!log || !telemetry::enabled(telemetry::Level::info)) return;
  telemetry::log(telemetry::Level::info, service_, "request",
                 {{"method", to_string(request.method)},
                  {"route", std::string_view(pattern_)},
                  {"status", std::int64_t{status}},
                  {"trace_id", std::string_view(request.context.trace.trace_id)},
                  {"request_id", std::string_view(request.context.request_id)}});
}

}  // namespace pms::http
