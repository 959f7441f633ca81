#include "gateway.hpp"

#include <algorithm>
#include <string_view>

#include "core/task.hpp"
#include "edge/request_check.hpp"
#include "http/problem.hpp"
#include "http/url.hpp"
#include "relay/relay.hpp"

namespace pms::gateway {
namespace {

constexpr std::string_view pages_prefix = "/swagger-ui";

/// What admission has found out about a request that is to be relayed.
struct Passage {
  const RouteEntry* entry;
  CountedLimit counted;  ///< the last one, whose remaining requests are reported to the client
};

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

RouteEntry* Gateway::find(const http::Request& request) const {
  if (check_request(request)) return nullptr;
  for (const auto& entry : entries_)
    if (entry->route.matches(request.path)) return entry.get();
  return nullptr;
}

const NamedLimit& Gateway::address_limit_of(const RouteEntry* entry) const {
  return entry != nullptr ? entry->route.address_limit : unrouted_limit_;
}

http::Admission Gateway::admit(http::Exchange& exchange) {
  RouteEntry* entry = find(exchange.request());
  if (entry != nullptr) exchange.set_route(entry->metrics);
  if (!limiter_.immediate()) return http::Admission::wait;
  auto counted = check_address_limit(exchange, address_limit_of(entry), limiter_);
  if (!counted) return http::Admission::answered;
  if (entry == nullptr) return admit_unrouted(exchange);
  exchange.limit_body(entry->route.max_body_bytes);
  if (entry->route.authenticated) {
    if (!authenticate(exchange, verifier_)) return http::Admission::answered;
    counted = check_user_limit(exchange, entry->route.user_limit, limiter_);
    if (!counted) return http::Admission::answered;
  }
  exchange.keep(Passage{entry, *counted});
  return http::Admission::admitted;
}

core::Task<bool> Gateway::await_admission(http::Exchange& exchange) {
  const RouteEntry* entry = find(exchange.request());
  auto counted = co_await await_address_limit(exchange, address_limit_of(entry), limiter_);
  if (!counted) co_return false;
  if (entry == nullptr) co_return admit_unrouted(exchange) == http::Admission::admitted;
  exchange.limit_body(entry->route.max_body_bytes);
  if (entry->route.authenticated) {
    if (!authenticate(exchange, verifier_)) co_return false;
    counted = co_await await_user_limit(exchange, entry->route.user_limit, limiter_);
    if (!counted) co_return false;
  }
  exchange.keep(Passage{entry, *counted});
  co_return true;
}

http::Admission Gateway::admit_unrouted(http::Exchange& exchange) {
  if (const auto refusal = check_request(exchange.request())) {
    exchange.answer(http::problem(refusal->status, refusal->detail, exchange.request()));
    return http::Admission::answered;
  }
  if (http::lies_below(exchange.request().path, pages_prefix)) return pages_.admit(exchange);
  exchange.answer(http::problem(404, "no such resource", exchange.request()));
  return http::Admission::answered;
}

/// Not a coroutine itself, because each costs as much as writing a head.
core::Task<void> Gateway::handle(http::Exchange& exchange) {
  const auto* passage = exchange.kept<Passage>();
  if (passage == nullptr) return pages_.handle(exchange);
  const RouteEntry& entry = *passage->entry;
  return relay(exchange, RelayTask{.upstream = entry.upstream,
                                   .path_prefix = entry.route.to,
                                   .path_rest = exchange.request().path.substr(entry.route.prefix.size()),
                                   .taken_prefix = entry.route.taken_prefix,
                                   .limit = *passage->counted.limit,
                                   .decision = passage->counted.decision,
                                   .no_store = entry.route.no_store,
                                   .idempotency_key = entry.route.idempotency_key});
}

}  // namespace pms::gateway
