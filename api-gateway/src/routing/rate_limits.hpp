// Limits by name: whom they count, and what the client is told (draft-ietf-httpapi-ratelimit-headers).
#pragma once

#include <boost/asio/ip/address.hpp>
#include <cstddef>
#include <prometheus/counter.h>
#include <string>
#include <string_view>

#include "http/head_writer.hpp"
#include "resilience/rate_limiter.hpp"

namespace pms::gateway {

/// A limit as a route uses it. Requests are counted by its name and by whom they come from.
class NamedLimit {
 public:
  NamedLimit() = default;
  NamedLimit(std::string name, resilience::RateLimit);

  const std::string& name() const { return name_; }
  /// A request was refused by it.
  void count_refusal() const { refused_->Increment(); }
  resilience::RateLimit limit() const { return limit_; }

  std::string key_of(std::string_view user_id) const;
  /// An IPv6 client counts by its /64, since it may use any address of it.
  std::string key_of(const boost::asio::ip::address&) const;

  /// `RateLimit-Policy: "user";q=20;w=2` and `RateLimit: "user";r=19;t=1`: q requests at once, all there again after w
  /// seconds; r are left, and all are there again in t seconds. Nothing when there is no limit.
  void write_fields(http::HeadWriter&, const resilience::RateDecision&) const;
  std::size_t fields_bytes() const { return fields_begin_.size() + 2 * http::HeadWriter::number_bytes + 8; }

 private:
  std::string name_;
  resilience::RateLimit limit_;
  prometheus::Counter* refused_ = nullptr;
  std::string fields_begin_;  // up to the number of requests left
};

}  // namespace pms::gateway
