#include "routing/replica.hpp"

#include <cstddef>

namespace pms::gateway {

std::size_t Replica::idle_connections() const {
  std::size_t sum = 0;
  for (const auto& lane : idle_) sum += lane.size();
  return sum;
}

}  // namespace pms::gateway
