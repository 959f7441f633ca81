#include "routing/replica_choice.hpp"

#include <algorithm>
#include <cstddef>

namespace pms::gateway {

Replica& ReplicaChoice::next(const core::Clock& clock) {
  if (replicas_.size() == 1) return *replicas_.front();
  const std::size_t turn = turn_.fetch_add(1, std::memory_order_relaxed);
  const auto now = clock.steady_now();
  for (std::size_t i = 0; i < replicas_.size(); ++i) {
    Replica& replica = *replicas_[(turn + i) % replicas_.size()];
    if (!replica.health().is_ejected(now)) return replica;
  }
  return *replicas_[turn % replicas_.size()];
}

std::size_t ReplicaChoice::in_use(core::SteadyTime now) const {
  return static_cast<std::size_t>(
      std::ranges::count_if(replicas_, [now](const auto& replica) { return !replica->health().is_ejected(now); }));
}

}  // namespace pms::gateway
