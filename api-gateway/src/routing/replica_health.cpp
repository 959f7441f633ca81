#include "routing/replica_health.hpp"

#include <chrono>

namespace pms::gateway {
namespace {

constexpr int failures_to_eject = 5;
constexpr std::chrono::seconds ejected_for{30};

}  // namespace

bool ReplicaHealth::record_failure() { return ++failures_in_a_row_ >= failures_to_eject; }

void ReplicaHealth::eject(core::SteadyTime now) {
  failures_in_a_row_ = 0;
  ejected_until_ = now + ejected_for;
}

}  // namespace pms::gateway
