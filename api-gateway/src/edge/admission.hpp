// Whether a request may be passed on: limit per address, route, token, limit per user, in this order.
#pragma once

#include <optional>
#include <string>

#include "http/exchange.hpp"
#include "http/message.hpp"
#include "relay/relay.hpp"
#include "routing/route_entry.hpp"
#include "security/token.hpp"

namespace pms::gateway {

/// One request on its way through the checks. Whoever counts (in memory at once, or elsewhere after waiting) asks for
/// the next count() and tells the decision, until there is none: then the request was answered, or there is a
/// passage().
class Admission {
 public:
  struct Count {
    std::string key;
    resilience::RateLimit limit;
  };

  /// `entry`: the request's route, or null; `is_page`: without one, the gateway itself answers; `unrouted`: the limit
  /// for paths without one. All outlive the admission.
  Admission(http::Exchange&, const RouteEntry* entry, bool is_page, const NamedLimit& unrouted,
            const security::TokenVerifier&);

  /// What is to be counted next.
  const std::optional<Count>& count() const { return count_; }
  void decided(const resilience::RateDecision&);

  /// Nothing when the request has been answered, or is to_pages().
  std::optional<RelayTask> passage() const;
  /// Whether it is for the gateway's own pages.
  bool to_pages() const { return !answered_ && entry_ == nullptr; }

 private:
  void count_user();
  void answer(const http::Response&);
  void answer_too_many(const resilience::RateDecision&);

  http::Exchange& exchange_;
  const RouteEntry* entry_;
  bool is_page_;
  const security::TokenVerifier& verifier_;
  const NamedLimit* limit_;  // the one counted last
  std::optional<Count> count_;
  resilience::RateDecision decision_;
  bool answered_ = false;
};

}  // namespace pms::gateway
