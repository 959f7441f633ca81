#include "edge/admission.hpp"

#include <string>
#include <utility>

#include "core/result.hpp"
#include "http/head_writer.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "rest/authentication.hpp"

namespace pms::gateway {
namespace {

void answer_too_many(http::Exchange& exchange, const NamedLimit& limit, const resilience::RateDecision& decision) {
  limit.count_refusal();
  const core::Error error{.code = core::Errc::resource_exhausted,
                          .message = "too many requests; wait for the time in Retry-After",
                          .retry_after = decision.retry_after};
  http::Response response = http::problem(error, exchange.request());
  http::append_head(response.fields, limit.fields_bytes(),
                    [&](http::HeadWriter& head) { limit.write_fields(head, decision); });
  exchange.answer(response);
}

std::optional<CountedLimit> apply_decision(http::Exchange& exchange, const NamedLimit& limit,
                                           const resilience::RateDecision& decision) {
  if (decision.allowed) return CountedLimit{.limit = &limit, .decision = decision};
  answer_too_many(exchange, limit, decision);
  return std::nullopt;
}

std::string address_key(const NamedLimit& limit, const http::Request& request) { return limit.key_of(request.peer); }

std::string user_key(const NamedLimit& limit, const http::Request& request) {
  return limit.key_of(request.caller->user_id);
}

}  // namespace

std::optional<CountedLimit> check_address_limit(http::Exchange& exchange, const NamedLimit& limit,
                                                resilience::RateLimiter& limiter) {
  return apply_decision(exchange, limit, limiter.count_now(address_key(limit, exchange.request()), limit.limit()));
}

bool authenticate(http::Exchange& exchange, const security::TokenVerifier& verifier) {
  const auto refusal = rest::authenticate(verifier, exchange.request());
  if (refusal) exchange.answer(*refusal);
  return !refusal;
}

std::optional<CountedLimit> check_user_limit(http::Exchange& exchange, const NamedLimit& limit,
                                             resilience::RateLimiter& limiter) {
  return apply_decision(exchange, limit, limiter.count_now(user_key(limit, exchange.request()), limit.limit()));
}

core::Task<std::optional<CountedLimit>> await_address_limit(http::Exchange& exchange, const NamedLimit& limit,
                                                            resilience::RateLimiter& limiter) {
  auto counting = limiter.count(address_key(limit, exchange.request()), limit.limit());
  const resilience::RateDecision decision = co_await std::move(counting);
  co_return apply_decision(exchange, limit, decision);
}

core::Task<std::optional<CountedLimit>> await_user_limit(http::Exchange& exchange, const NamedLimit& limit,
                                                         resilience::RateLimiter& limiter) {
  auto counting = limiter.count(user_key(limit, exchange.request()), limit.limit());
  const resilience::RateDecision decision = co_await std::move(counting);
  co_return apply_decision(exchange, limit, decision);
}

}  // namespace pms::gateway
