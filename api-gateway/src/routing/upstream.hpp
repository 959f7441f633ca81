// A service behind the gateway: its replicas, which of them to ask, and whether to ask at all.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "http/client_connection.hpp"
#include "resilience/circuit_breaker.hpp"
#include "telemetry/metrics.hpp"

namespace pms::gateway {

/// How an attempt to ask an upstream ended when it got no head of an answer.
enum class Failure : std::uint8_t {
  refused,      ///< not connected: nothing was sent
  unreachable,  ///< the same, after waiting for it
  cut_off,
  malformed,
  timed_out,
};
constexpr std::size_t failure_count = 5;

/// What is counted of an upstream.
class UpstreamMetrics {
 public:
  explicit UpstreamMetrics(const std::string& upstream);

  void count(Failure failure) { failures_[static_cast<std::size_t>(failure)]->Increment(); }
  /// From the begin of an attempt to the head of its answer.
  void observe_answer(core::SteadyTime::duration);

  prometheus::Gauge& breaker_state;
  prometheus::Gauge& replicas_in_use;
  prometheus::Gauge& idle_connections;

 private:
  prometheus::Histogram& durations_;
  std::array<prometheus::Counter*, failure_count> failures_{};
};

/// One replica.
class Replica {
 public:
  /// `lanes`: io threads, each with its own idle connections.
  Replica(std::string host, std::uint16_t port, std::size_t lanes)
      : host_(std::move(host)), port_(port), authority_(fmt::format("{}:{}", host_, port_)), idle_(lanes) {}

  const std::string& host() const { return host_; }
  std::uint16_t port() const { return port_; }
  const std::string& authority() const { return authority_; }  ///< for the Host field
  http::IdleConnections& idle(std::size_t lane) { return idle_[lane]; }
  std::size_t idle_connections() const;

 private:
  friend class Upstream;
  std::string host_;
  std::uint16_t port_;
  std::string authority_;
  std::vector<http::IdleConnections> idle_;
  std::atomic<int> failures_in_a_row_{0};
  std::atomic<core::SteadyTime> ejected_until_{core::SteadyTime()};
};

/// Thread-safe but for the idle connections, which are each thread's own.
class Upstream {
 public:
  /// Error: `invalid` when a URL is not http://host:port.
  static core::Result<std::unique_ptr<Upstream>> make(std::string name, const std::vector<std::string>& urls,
                                                      std::size_t lanes, const core::Clock&);

  const std::string& name() const { return name_; }
  /// The next replica in turn, passing over ejected ones as long as there is another.
  Replica& next();
  /// Five failures to connect or answers 5xx in a row eject a replica for 30 s; never the last one.
  void failed(Replica&);
  void succeeded(Replica& replica) {
    if (replica.failures_in_a_row_.load(std::memory_order_relaxed) != 0) replica.failures_in_a_row_ = 0;
  }
  /// Counts what costs time: calls that were not answered in time or were cut off. A refused connection costs nothing,
  /// so that a replica that restarts is used again at once.
  resilience::CircuitBreaker& breaker() { return breaker_; }
  UpstreamMetrics& metrics() { return metrics_; }

 private:
  Upstream(std::string name, const core::Clock&);
  void refresh_metrics();
  bool in_use(const Replica& replica, core::SteadyTime now) const { return replica.ejected_until_.load() <= now; }

  std::string name_;
  const core::Clock& clock_;
  resilience::CircuitBreaker breaker_;
  UpstreamMetrics metrics_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::atomic<std::size_t> turn_{0};
  std::optional<telemetry::Refresh> refresh_;  // last: it uses all the others; there once they are complete
};

}  // namespace pms::gateway
