#include "core/backoff.hpp"

#include <algorithm>

namespace pms::core {

Backoff::Backoff(std::chrono::milliseconds first, std::chrono::milliseconds max)
    : first_(first), max_(max), limit_(first), random_(std::random_device()()) {}

std::chrono::milliseconds Backoff::next() {
  std::uniform_int_distribution<std::chrono::milliseconds::rep> jitter(0, limit_.count());
  limit_ = std::min(limit_ * 2, max_);
  return std::chrono::milliseconds(jitter(random_));
}

}  // namespace pms::core
