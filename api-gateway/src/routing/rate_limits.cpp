#include "routing/rate_limits.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>

#include "net/address.hpp"
#include "telemetry/metrics.hpp"

namespace pms::gateway {
namespace {

template <class Bytes>
std::string_view text(const Bytes& bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes.data()), size};
}

}  // namespace

NamedLimit::NamedLimit(std::string name, resilience::RateLimit limit)
    : name_(std::move(name)),
      limit_(limit),
      refused_(
          &telemetry::counter("gateway_rate_limited_total", "Requests refused by a rate limit", {{"limit", name_}})) {
  if (limit.per_second == 0) return;
  const std::uint32_t window_seconds = (limit.burst + limit.per_second - 1) / limit.per_second;
  fields_begin_ = fmt::format("RateLimit-Policy: \"{0}\";q={1};w={2}\r\nRateLimit: \"{0}\";r=", name_, limit.burst,
                              std::max(window_seconds, 1U));
}

std::string NamedLimit::key_of(std::string_view user_id) const {
  std::string key;
  key.reserve(name_.size() + 1 + user_id.size());
  key.append(name_).append(":").append(user_id);
  return key;
}

std::string NamedLimit::key_of(const boost::asio::ip::address& peer) const {
  const auto address = net::without_mapping(peer);
  if (address.is_v4()) return key_of(text(address.to_v4().to_bytes(), 4));
  return key_of(text(address.to_v6().to_bytes(), 8));
}

void NamedLimit::write_fields(http::HeadWriter& head, const resilience::RateDecision& decision) const {
  if (fields_begin_.empty()) return;
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(decision.reset_after).count();
  head.text(fields_begin_).number(decision.remaining).text(";t=");
  head.number(static_cast<std::uint64_t>(seconds)).text("\r\n");
}

}  // namespace pms::gateway
