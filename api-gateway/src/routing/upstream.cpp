#include "routing/upstream.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>

#include "http/url.hpp"
#include "telemetry/log.hpp"

namespace pms::gateway {
namespace {

constexpr int failures_to_eject = 5;
constexpr std::chrono::seconds ejected_for{30};

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
  }
  return "";
}

prometheus::Gauge& gauge(const char* name, const char* help, const std::string& upstream) {
  return telemetry::gauge(name, help, {{"upstream", upstream}});
}

/// The numbers that dashboards know the breaker's states by.
int number_of(resilience::CircuitBreaker::State state) {
  using enum resilience::CircuitBreaker::State;
  if (state == closed) return 0;
  return state == half_open ? 1 : 2;
}

}  // namespace

UpstreamMetrics::UpstreamMetrics(const std::string& upstream)
    : breaker_state(
          gauge("gateway_upstream_breaker_state", "Of the circuit breaker: 0 closed, 1 half open, 2 open", upstream)),
      replicas_in_use(gauge("gateway_upstream_replicas_in_use", "Replicas that are not left out", upstream)),
      idle_connections(
          gauge("gateway_upstream_idle_connections", "Connections kept open for a next request", upstream)),
      durations_(telemetry::duration("gateway_upstream_request_duration_seconds",
                                     "Time from an attempt to the head of its answer", {{"upstream", upstream}})) {
  for (std::size_t i = 0; i < failure_count; ++i)
    failures_[i] =
        &telemetry::counter("gateway_upstream_failures_total", "Attempts that an upstream did not answer",
                            {{"upstream", upstream}, {"reason", std::string(to_string(static_cast<Failure>(i)))}});
}

void UpstreamMetrics::observe_answer(core::SteadyTime::duration time) {
  durations_.Observe(std::chrono::duration<double>(time).count());
}

std::size_t Replica::idle_connections() const {
  std::size_t sum = 0;
  for (const auto& lane : idle_) sum += lane.size();
  return sum;
}

Upstream::Upstream(std::string name, const core::Clock& clock)
    : name_(std::move(name)), clock_(clock), breaker_({}, clock), metrics_(name_) {}

core::Result<std::unique_ptr<Upstream>> Upstream::make(std::string name, const std::vector<std::string>& urls,
                                                       std::size_t lanes, const core::Clock& clock) {
  const std::string key = "gateway.upstream." + name;
  if (urls.empty()) return core::fail_field(key, "must name at least one URL");
  std::unique_ptr<Upstream> upstream(new Upstream(std::move(name), clock));
  for (const std::string& text : urls) {
    const auto url = http::parse_url(text);
    if (!url) return core::fail_field(key, url.error().message);
    if (url->target != "/") return core::fail_field(key, "must be a URL without a path, like http://127.0.0.1:4000");
    upstream->replicas_.push_back(std::make_unique<Replica>(url->host, url->port, lanes));
  }
  upstream->refresh_.emplace([upstream = upstream.get()] { upstream->refresh_metrics(); });
  return upstream;
}

void Upstream::refresh_metrics() {
  const auto now = clock_.steady_now();
  std::size_t in_use_now = 0;
  std::size_t idle = 0;
  for (const auto& replica : replicas_) {
    if (in_use(*replica, now)) ++in_use_now;
    idle += replica->idle_connections();
  }
  metrics_.replicas_in_use.Set(static_cast<double>(in_use_now));
  metrics_.idle_connections.Set(static_cast<double>(idle));
  metrics_.breaker_state.Set(number_of(breaker_.state()));
}

Replica& Upstream::next() {
  if (replicas_.size() == 1) return *replicas_.front();
  const std::size_t turn = turn_.fetch_add(1, std::memory_order_relaxed);
  const auto now = clock_.steady_now();
  for (std::size_t i = 0; i < replicas_.size(); ++i) {
    Replica& replica = *replicas_[(turn + i) % replicas_.size()];
    if (in_use(replica, now)) return replica;
  }
  return *replicas_[turn % replicas_.size()];
}

void Upstream::failed(Replica& replica) {
  if (++replica.failures_in_a_row_ < failures_to_eject) return;
  const auto now = clock_.steady_now();
  const auto others = std::ranges::count_if(
      replicas_, [&](const auto& other) { return other.get() != &replica && in_use(*other, now); });
  if (others == 0 || !in_use(replica, now)) return;
  replica.failures_in_a_row_ = 0;
  replica.ejected_until_ = now + ejected_for;
  telemetry::log(telemetry::Level::warning, "api-gateway", "replica ejected",
                 {{"upstream", std::string_view(name_)}, {"replica", std::string_view(replica.authority())}});
}

}  // namespace pms::gateway
