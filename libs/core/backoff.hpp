// How long to wait before trying again: doubling, with full jitter, so that many who failed together do not return
// together.
#pragma once

#include <chrono>
#include <random>

namespace pms::core {

class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds longest);
  /// Evenly between nothing and the current span, which doubles up to the longest.
  std::chrono::milliseconds next();
  void reset() { span_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds longest_;
  std::chrono::milliseconds span_;
  std::minstd_rand random_;
};

}  // namespace pms::core
