#include "routing/replica_health.hpp"

#include <algorithm>
#include <chrono>

namespace pms::gateway {
namespace {

constexpr int failures_to_eject = 5;
constexpr std::chrono::seconds shortest_ejection{1};
constexpr std::chrono::seconds longest_ejection{30};

}  // namespace

bool ReplicaHealth::admit(core::SteadyTime now) {
  if (!has_failed_.load(std::memory_order_relaxed)) return true;
  core::MutexLock lock(mutex_);
  if (!ejected_) return true;
  if (now < next_probe_) return false;
  next_probe_ = now + ejected_for_;  // if the probe is never answered, there is another one
  return true;
}

bool ReplicaHealth::is_ejected() const {
  if (!has_failed_.load(std::memory_order_relaxed)) return false;
  core::MutexLock lock(mutex_);
  return ejected_;
}

void ReplicaHealth::record_success() {
  if (!has_failed_.load(std::memory_order_relaxed)) return;
  core::MutexLock lock(mutex_);
  has_failed_ = false;
  failures_in_a_row_ = 0;
  ejected_ = false;
  ejected_for_ = std::chrono::seconds(0);
}

bool ReplicaHealth::record_failure(core::SteadyTime begun, core::SteadyTime now, bool may_eject) {
  core::MutexLock lock(mutex_);
  has_failed_ = true;
  if (ejected_) {
    if (begun > ejected_at_) eject(now);
    return false;
  }
  ++failures_in_a_row_;
  if (failures_in_a_row_ < failures_to_eject || !may_eject) return false;
  eject(now);
  return true;
}

void ReplicaHealth::eject(core::SteadyTime now) {
  ejected_ = true;
  ejected_at_ = now;
  ejected_for_ = std::clamp(2 * ejected_for_, shortest_ejection, longest_ejection);
  next_probe_ = now + ejected_for_;
}

}  // namespace pms::gateway
