#include "routing/upstream_metrics.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <string_view>

namespace pms::gateway {
namespace {

std::string_view to_string(Failure failure) {
  switch (failure) {
    case Failure::refused:
      return "refused";
    case Failure::unreachable:
      return "unreachable";
    case Failure::cut_off:
      return "cut_off";
    case Failure::malformed:
      return "malformed";
    case Failure::timed_out:
      return "timed_out";
    case Failure::abandoned:
      return "abandoned";
  }
  return "";
}

prometheus::Gauge& gauge(const char* name, const char* help, const std::string& upstream) {
  return telemetry::gauge(name, help, {{"upstream", upstream}});
}

}  // namespace

UpstreamMetrics::UpstreamMetrics(const std::string& upstream)
    : breaker_state(gauge("gateway_upstream_breaker_state",
                          "State of the circuit breaker: 0 closed, 1 half open, 2 open", upstream)),
      replicas_in_use(gauge("gateway_upstream_replicas_in_use", "Replicas that are not ejected", upstream)),
      idle_connections(
          gauge("gateway_upstream_idle_connections", "Idle connections kept open for further requests", upstream)),
      durations_(telemetry::duration("gateway_upstream_request_duration_seconds",
                                     "Time from the start of an attempt to the head of the response",
                                     {{"upstream", upstream}})) {
  for (std::size_t i = 0; i < failure_count; ++i)
    failures_[i] =
        &telemetry::counter("gateway_upstream_failures_total", "Attempts that got no response from the upstream",
                            {{"upstream", upstream}, {"reason", std::string(to_string(static_cast<Failure>(i)))}});
}

void UpstreamMetrics::observe_answer(core::SteadyTime::duration time) {
  durations_.Observe(std::chrono::duration<double>(time).count());
}

}  // namespace pms::gateway
