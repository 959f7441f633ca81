// Limits by name: which requests they count, and the fields that inform the client
// (draft-ietf-httpapi-ratelimit-headers).
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <prometheus/counter.h>
#include <string>
#include <string_view>

#include "http/head_writer.hpp"
#include "resilience/rate_limiter.hpp"

namespace pms::gateway {

/// A limit of a route. Requests are counted by the name of the limit and by their user or address.
class NamedLimit {
 public:
  NamedLimit() = default;
  NamedLimit(std::string name, resilience::RateLimit);

  const std::string& name() const { return name_; }
  /// Counts a request that this limit has refused.
  void count_refusal() const { refused_->Increment(); }
  resilience::RateLimit limit() const { return limit_; }

  std::string key_of(std::string_view user_id) const;
  /// An IPv6 client is counted by its /64, because it may use any address of it.
  std::string key_of(const boost::asio::ip::address&) const;

  /// `RateLimit-Policy: "user";q=20;w=2` and `RateLimit: "user";r=19;t=1`: q requests are allowed
  /// at once, and again after w seconds; r are left, and all q are allowed again in t seconds.
  /// Nothing when there is no limit.
  void write_fields(http::HeadWriter&, const resilience::RateDecision&) const;
  std::size_t fields_bytes() const { return fields_begin_.size() + 2 * http::HeadWriter::number_bytes + 8; }

 private:
  std::string name_;
  resilience::RateLimit limit_;
  prometheus::Counter* refused_ = nullptr;
  std::string fields_begin_;  // up to the number of requests left
};

}  // namespace pms::gateway
