// Whether a replica of an upstream is worth asking.
#pragma once

#include <atomic>

#include "core/clock.hpp"

namespace pms::gateway {

/// Counts the failures of one replica, which is ejected when five follow one another: requests then
/// go to the other replicas for 30 s. Thread-safe.
class ReplicaHealth {
 public:
  bool is_ejected(core::SteadyTime now) const { return ejected_until_.load() > now; }

  void record_success() {
    if (failures_in_a_row_.load(std::memory_order_relaxed) != 0) failures_in_a_row_ = 0;
  }
  /// Returns whether there were so many failures in a row that the replica should be ejected.
  bool record_failure();
  void eject(core::SteadyTime now);

 private:
  std::atomic<int> failures_in_a_row_{0};
  std::atomic<core::SteadyTime> ejected_until_{core::SteadyTime()};
};

}  // namespace pms::gateway
