// How long to wait before a retry: the span doubles, with full jitter, so that many callers that
// failed together do not return together.
#pragma once

#include <chrono>
#include <random>

namespace pms::core {

class Backoff {
 public:
  Backoff(std::chrono::milliseconds first, std::chrono::milliseconds max);
  /// Returns a random span between zero and the current limit. The limit doubles with each call, up
  /// to `max`.
  std::chrono::milliseconds next();
  void reset() { limit_ = first_; }

 private:
  std::chrono::milliseconds first_;
  std::chrono::milliseconds max_;
  std::chrono::milliseconds limit_;
  std::minstd_rand random_;
};

}  // namespace pms::core
