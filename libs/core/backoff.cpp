#include "core/backoff.hpp"

#include <algorithm>

namespace pms::core {

Backoff::Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest)
    : first_(first), longest_(longest), span_(first), random_(std::random_device()()) {}

std::chrono::milliseconds Backoff::next() {
  std::uniform_int_distribution<std::chrono::milliseconds::rep> jitter(0, span_.count());
  span_ = std::min(span_ * 2, longest_);
  return std::chrono::milliseconds(jitter(random_));
}

}  // namespace pms::core
