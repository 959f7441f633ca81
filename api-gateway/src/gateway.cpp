#include "gateway.hpp"

#include <algorithm>
#include <string_view>

#include "core/task.hpp"
#include "http/url.hpp"

namespace pms::gateway {
namespace {

constexpr std::string_view pages_prefix = "/swagger-ui";

core::Task<void> answered() { co_return; }

}  // namespace

Gateway::Gateway(resilience::RateLimiter& limiter, const security::TokenVerifier& verifier,
                 resilience::RateLimit address_limit)
    : limiter_(limiter), verifier_(verifier), unrouted_limit_("address", address_limit) {}
Gateway::~Gateway() = default;

void Gateway::serve(std::vector<Route> routes, std::span<const std::unique_ptr<Upstream>> upstreams) {
  for (Route& route : routes) {
    const auto upstream = std::ranges::find(upstreams, route.upstream, [](const auto& each) { return each->name(); });
    entries_.push_back(std::make_unique<RouteEntry>(std::move(route), **upstream));
  }
}

std::vector<Route> Gateway::routes() const {
  std::vector<Route> routes;
  for (const auto& entry : entries_) routes.push_back(entry->route);
  return routes;
}

RouteEntry* Gateway::find(std::string_view path) const {
  for (const auto& entry : entries_)
    if (http::lies_below(path, entry->route.prefix)) return entry.get();
  return nullptr;
}

core::Task<void> Gateway::count_elsewhere(http::Exchange& exchange, Admission admission) {
  while (admission.count()) {
    const resilience::RateDecision decision = co_await limiter_.count(admission.count()->key, admission.count()->limit);
    admission.decided(decision);
  }
  co_await pass(exchange, admission);
}

core::Task<void> Gateway::pass(http::Exchange& exchange, const Admission& admission) {
  if (auto task = admission.passage()) return relay(exchange, *task);
  return admission.to_pages() ? pages_.handle(exchange) : answered();
}

/// Not a coroutine itself: each costs as much as writing a head.
core::Task<void> Gateway::handle(http::Exchange& exchange) {
  RouteEntry* entry = find(exchange.request().path);
  if (entry != nullptr) exchange.set_route(entry->metrics);
  const bool is_page = http::lies_below(exchange.request().path, pages_prefix);
  Admission admission(exchange, entry, is_page, unrouted_limit_, verifier_);
  if (!limiter_.immediate()) return count_elsewhere(exchange, std::move(admission));
  while (const auto& count = admission.count()) admission.decided(limiter_.count_now(count->key, count->limit));
  return pass(exchange, admission);
}

}  // namespace pms::gateway
