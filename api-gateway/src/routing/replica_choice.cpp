#include "routing/replica_choice.hpp"

#include <algorithm>
#include <cstddef>

namespace pms::gateway {

Replica& ReplicaChoice::next(const core::Clock& clock, const Replica* tried) {
  if (replicas_.size() == 1) return *replicas_.front();
  const std::size_t turn = turn_.fetch_add(1, std::memory_order_relaxed);
  const auto now = clock.steady_now();
  Replica* ejected = nullptr;
  for (std::size_t i = 0; i < replicas_.size(); ++i) {
    Replica& replica = *replicas_[(turn + i) % replicas_.size()];
    if (&replica == tried) continue;
    if (replica.health().admit(now)) return replica;
    if (ejected == nullptr) ejected = &replica;
  }
  return *ejected;
}

std::size_t ReplicaChoice::in_use() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(replicas_, [](const auto& replica) { return !replica->health().is_ejected(); }));
}

}  // namespace pms::gateway
