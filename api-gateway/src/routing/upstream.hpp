// A service behind the gateway: which of its replicas to ask, and whether to ask at all.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/clock.hpp"
#include "core/result.hpp"
#include "resilience/circuit_breaker.hpp"
#include "routing/replica.hpp"
#include "routing/replica_choice.hpp"
#include "routing/upstream_metrics.hpp"
#include "telemetry/metrics.hpp"

namespace pms::gateway {

/// Thread-safe, except for the idle connections of its replicas.
class Upstream {
 public:
  /// Error: `invalid` when a URL is not http://host:port.
  static core::Result<std::unique_ptr<Upstream>> make(std::string name, const std::vector<std::string>& urls,
                                                      std::size_t lanes, const core::Clock&);

  const std::string& name() const { return name_; }

  /// The replica to ask next, see ReplicaChoice.
  Replica& next(const Replica* tried = nullptr) { return replicas_.next(clock_, tried); }
  /// A failure is a failure to connect, no response, or a response 500, 502 or 504: with 503 and
  /// 507 a replica protects itself, and its load should not go to the others. After five in a row
  /// the replica is ejected, unless it is the last one in use. `begun`: when the attempt began.
  void record_failure(Replica&, core::SteadyTime begun);
  /// Closes the idle connections of one lane. Called on its thread.
  void close_idle(std::size_t lane);
  void record_success(Replica& replica) { replica.health().record_success(); }

  /// Counts what costs time: calls that were not answered in time or were cut off. A refused
  /// connection costs nothing, so that a replica that restarts is used again at once.
  resilience::CircuitBreaker& breaker() { return breaker_; }
  UpstreamMetrics& metrics() { return metrics_; }

 private:
  Upstream(std::string name, const core::Clock&);
  void refresh_metrics();

  std::string name_;
  const core::Clock& clock_;
  resilience::CircuitBreaker breaker_;
  UpstreamMetrics metrics_;
  ReplicaChoice replicas_;
  std::optional<telemetry::Refresh> refresh_;  // last: it uses all the others; created once they are complete
};

}  // namespace pms::gateway
