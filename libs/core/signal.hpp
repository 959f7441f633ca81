// Wakes a waiting coroutine from any thread; a ring before the wait is not lost.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <mutex>

#include "core/clock.hpp"
#include "core/task.hpp"

namespace pms::core {

/// Shared by the one who waits and those who ring, who may come from other threads and stay longer.
class Signal : public std::enable_shared_from_this<Signal> {
 public:
  /// Ends the wait under way, or the next one at once. Rings that come before it has ended count as one.
  void set();

  /// Waits for a ring, at most until `time`. One coroutine at a time, on an io_context of one thread.
  core::Task<void> wait_until(core::SteadyTime time);

 private:
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, core::Executor>;
  struct Waiting {
    explicit Waiting(Signal& it) : wake_up(it) {}
    Waiting(const Waiting&) = delete;
    ~Waiting();
    Signal& wake_up;
  };
  void end_wait();

  std::mutex mutex_;
  bool is_set_ = false;
  Timer* waiting_ = nullptr;  // of the coroutine that waits; cancelled on its own thread only
};

}  // namespace pms::core
