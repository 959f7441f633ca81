// Whether a replica of an upstream is worth asking.
#pragma once

#include <atomic>
#include <chrono>

#include "core/clock.hpp"
#include "core/mutex.hpp"

namespace pms::gateway {

/// Counts the failures of one replica. After five in a row the replica is ejected for one second;
/// then a single request probes it, and each failure of a probe doubles the time, up to 30 s. A
/// success ends the ejection. Thread-safe.
class ReplicaHealth {
 public:
  /// Returns whether the replica may be asked now: it is not ejected, or this request is the probe.
  bool admit(core::SteadyTime now);
  bool is_ejected() const;

  void record_success();
  /// `begun`: when the failed attempt began; what began before the ejection says nothing new.
  /// `may_eject`: false for the last replica that is not ejected. Returns whether the replica is
  /// ejected by this failure.
  bool record_failure(core::SteadyTime begun, core::SteadyTime now, bool may_eject);

 private:
  void eject(core::SteadyTime now) PMS_REQUIRES(mutex_);

  std::atomic<bool> has_failed_{false};  // since its last success: otherwise the mutex is not needed
  mutable core::Mutex mutex_;
  int failures_in_a_row_ PMS_GUARDED_BY(mutex_) = 0;
  bool ejected_ PMS_GUARDED_BY(mutex_) = false;
  core::SteadyTime ejected_at_ PMS_GUARDED_BY(mutex_){};
  core::SteadyTime next_probe_ PMS_GUARDED_BY(mutex_){};
  std::chrono::seconds ejected_for_ PMS_GUARDED_BY(mutex_){0};  // the current time, doubled at each failure
};

}  // namespace pms::gateway
