#include "routing/upstream.hpp"

#include <cstddef>

#include "http/url.hpp"
#include "telemetry/log.hpp"

namespace pms::gateway {
namespace {

/// The numbers that dashboards know the breaker's states by.
int number_of(resilience::CircuitBreaker::State state) {
  using enum resilience::CircuitBreaker::State;
  if (state == closed) return 0;
  return state == half_open ? 1 : 2;
}

}  // namespace

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
    upstream->replicas_.add(std::make_unique<Replica>(url->host, url->port, lanes));
  }
  upstream->refresh_.emplace([upstream = upstream.get()] { upstream->refresh_metrics(); });
  return upstream;
}

void Upstream::refresh_metrics() {
  std::size_t idle = 0;
  for (const auto& replica : replicas_.all()) idle += replica->idle_connections();
  metrics_.replicas_in_use.Set(static_cast<double>(replicas_.in_use()));
  metrics_.idle_connections.Set(static_cast<double>(idle));
  metrics_.breaker_state.Set(number_of(breaker_.state()));
}

void Upstream::close_idle(std::size_t lane) {
  for (const auto& replica : replicas_.all()) replica->idle(lane).clear();
}

void Upstream::record_failure(Replica& replica, core::SteadyTime begun) {
  const bool is_last = replicas_.in_use() == 1;
  if (!replica.health().record_failure(begun, clock_.steady_now(), !is_last)) return;
  telemetry::log(telemetry::Level::warning, "api-gateway", "replica ejected",
                 {{"upstream", std::string_view(name_)}, {"replica", std::string_view(replica.authority())}});
}

}  // namespace pms::gateway
