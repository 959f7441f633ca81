// A service behind the gateway: its replicas, which of them to ask, and whether to ask at all.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "http/client_connection.hpp"
#include "resilience/circuit_breaker.hpp"

namespace pms::gateway {

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

 private:
  Upstream(std::string name, const core::Clock& clock) : name_(std::move(name)), clock_(clock), breaker_({}, clock) {}
  bool in_use(const Replica& replica, core::SteadyTime now) const { return replica.ejected_until_.load() <= now; }

  std::string name_;
  const core::Clock& clock_;
  resilience::CircuitBreaker breaker_;
  std::vector<std::unique_ptr<Replica>> replicas_;
  std::atomic<std::size_t> turn_{0};
};

}  // namespace pms::gateway
