#include "edge/admission.hpp"

#include "core/result.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "rest/authentication.hpp"

namespace pms::gateway {

Admission::Admission(http::Exchange& exchange, const RouteEntry* entry, bool is_page, const NamedLimit& unrouted,
                     const security::TokenVerifier& verifier)
    : exchange_(exchange),
      entry_(entry),
      is_page_(is_page),
      verifier_(verifier),
      limit_(entry != nullptr ? &entry->route.address_limit : &unrouted),
      // Before any cryptography, and for unknown paths too.
      count_(Count{limit_->key_of(exchange.request().peer), limit_->limit()}) {}

void Admission::decided(const resilience::RateDecision& decision) {
  count_.reset();
  decision_ = decision;
  if (!decision.allowed) return answer_too_many(decision);
  const http::Request& request = exchange_.request();
  if (entry_ == nullptr) {
    if (!is_page_) answer(http::problem(404, "there is nothing at this path", request));
    return;
  }
  const bool was_address = request.caller == nullptr;
  if (entry_->route.authenticated && was_address) count_user();
}

void Admission::count_user() {
  http::Request& request = exchange_.request();
  if (auto refusal = rest::authenticate(verifier_, request)) return answer(*refusal);
  limit_ = &entry_->route.user_limit;
  count_ = Count{limit_->key_of(request.caller->user_id), limit_->limit()};
}

std::optional<RelayTask> Admission::passage() const {
  if (answered_ || entry_ == nullptr) return std::nullopt;
  return RelayTask{.upstream = entry_->upstream,
                   .path_prefix = entry_->route.to,
                   .path_rest = exchange_.request().path.substr(entry_->route.prefix.size()),
                   .taken_prefix = entry_->route.taken_prefix,
                   .limit = *limit_,
                   .decision = decision_,
                   .no_store = entry_->route.no_store};
}

void Admission::answer(const http::Response& response) {
  answered_ = true;
  exchange_.answer(response);
}

void Admission::answer_too_many(const resilience::RateDecision& decision) {
  limit_->count_refusal();
  const core::Error error{.code = core::Errc::resource_exhausted,
                          .message = "too many requests; wait as long as Retry-After says",
                          .retry_after = decision.retry_after};
  http::Response response = http::problem(error, exchange_.request());
  http::append_head(response.fields, limit_->fields_bytes(),
                    [&](http::HeadWriter& head) { limit_->write_fields(head, decision); });
  answer(response);
}

}  // namespace pms::gateway
