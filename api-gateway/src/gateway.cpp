#include "gateway.hpp"

#include "http/authentication.hpp"
#include "http/problem.hpp"
#include "relay.hpp"
#include "telemetry/metrics.hpp"

namespace pms::gateway {
namespace {

void answer(http::Exchange& exchange, http::Response response) {
  response.with("X-Content-Type-Options", "nosniff");
  exchange.answer(response);
}

}  // namespace

struct Gateway::Entry {
  Entry(Route chosen, Upstream& service)
      : route(std::move(chosen)), upstream(service), metrics("api-gateway", route.prefix) {}

  Route route;
  Upstream& upstream;
  http::RouteMetrics metrics;
};

Gateway::Gateway(resilience::RateLimiter& limiter, const security::TokenVerifier& verifier,
                 resilience::RateLimit address_limit)
    : limiter_(limiter), verifier_(verifier), address_limit_("address", address_limit) {}
Gateway::~Gateway() = default;

void Gateway::serve(std::vector<Route> routes, std::span<const std::unique_ptr<Upstream>> upstreams) {
  for (Route& route : routes)
    for (const auto& upstream : upstreams)
      if (upstream->name() == route.upstream) entries_.push_back(std::make_unique<Entry>(std::move(route), *upstream));
}

Gateway::Entry* Gateway::find(std::string_view path) const {
  for (const auto& entry : entries_)
    if (lies_below(path, entry->route.prefix)) return entry.get();
  return nullptr;
}

core::Task<void> Gateway::handle(http::Exchange& exchange) {
  http::Request& request = exchange.request();
  Entry* entry = find(request.path);
  if (entry != nullptr) exchange.set_route(entry->metrics);

  // Before any cryptography, and for unknown paths too.
  const NamedLimit& address_limit = entry != nullptr ? entry->route.address_limit : address_limit_;
  resilience::RateDecision decision;
  if (limiter_.immediate()) {
    decision = limiter_.count_now(address_limit.key_of(request.peer), address_limit.limit());
  } else {
    decision = co_await limiter_.count(address_limit.key_of(request.peer), address_limit.limit());
  }
  if (!decision.allowed) co_return refuse(exchange, address_limit, decision);
  if (entry == nullptr) co_return answer(exchange, http::problem(404, "there is nothing at this path", request));
  const NamedLimit* told = &address_limit;

  if (entry->route.authenticated) {
    if (auto refusal = http::authenticate(verifier_, request)) co_return answer(exchange, std::move(*refusal));
    told = &entry->route.user_limit;
    if (limiter_.immediate()) {
      decision = limiter_.count_now(told->key_of(request.caller->user_id), told->limit());
    } else {
      decision = co_await limiter_.count(told->key_of(request.caller->user_id), told->limit());
    }
    if (!decision.allowed) co_return refuse(exchange, *told, decision);
  }

  const RelayTask task{.upstream = entry->upstream,
                       .path_prefix = entry->route.to,
                       .path_rest = request.path.substr(entry->route.prefix.size()),
                       .limit = *told,
                       .decision = decision,
                       .no_store = entry->route.no_store};
  co_await relay(exchange, task);
}

void Gateway::refuse(http::Exchange& exchange, const NamedLimit& limit, const resilience::RateDecision& decision) {
  telemetry::counter("gateway_rate_limited_total", "Requests refused by a rate limit", {{"limit", limit.name()}})
      .Increment();
  const core::Error error{.code = core::Errc::resource_exhausted,
                          .message = "too many requests; wait as long as Retry-After says",
                          .retry_after = decision.retry_after};
  http::Response response = http::problem(error, exchange.request());
  http::append_head(response.fields, limit.fields_bytes(),
                    [&](http::HeadWriter& head) { limit.write_fields(head, decision); });
  answer(exchange, std::move(response));
}

}  // namespace pms::gateway
