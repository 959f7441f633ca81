// What is measured of an upstream.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <string>

#include "core/clock.hpp"
#include "telemetry/metrics.hpp"

namespace pms::gateway {

/// How an attempt to ask an upstream ended that got no head of a response.
enum class Failure : std::uint8_t {
  refused,      ///< no connection could be made: nothing was sent
  unreachable,  ///< no connection could be made in time: nothing was sent
  cut_off,
  malformed,
  timed_out,
  abandoned,  ///< the client is gone, and the attempt was given up
};
constexpr std::size_t failure_count = 6;

/// Thread-safe.
class UpstreamMetrics {
 public:
  explicit UpstreamMetrics(const std::string& upstream);

  void count(Failure failure) { failures_[static_cast<std::size_t>(failure)]->Increment(); }
  /// The time from the beginning of an attempt to the head of its response.
  void observe_answer(core::SteadyTime::duration);

  prometheus::Gauge& breaker_state;
  prometheus::Gauge& replicas_in_use;
  prometheus::Gauge& idle_connections;

 private:
  prometheus::Histogram& durations_;
  std::array<prometheus::Counter*, failure_count> failures_{};
};

}  // namespace pms::gateway
