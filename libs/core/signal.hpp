// Wakes a waiting coroutine from any thread. A signal that is set before the wait is not lost.
#pragma once

#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <memory>
#include <mutex>

#include "core/clock.hpp"
#include "core/task.hpp"

namespace pms::core {

/// Shared by the coroutine that waits and those that set it, which may run on other threads and
/// live longer.
class Signal : public std::enable_shared_from_this<Signal> {
 public:
  /// Ends the wait under way, or the next one at once. Several calls before the wait has ended
  /// count as one.
  void set();

  /// Waits until the signal is set, at most until `time`, and clears it. One coroutine may wait at
  /// a time, on an io_context of one thread.
  core::Task<void> wait_until(core::SteadyTime time);

 private:
  using Timer = boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                                  boost::asio::wait_traits<std::chrono::steady_clock>, core::Executor>;
  struct Waiting {
    explicit Waiting(Signal& waited_for) : signal(waited_for) {}
    Waiting(const Waiting&) = delete;
    ~Waiting();
    Signal& signal;
  };
  void end_wait();

  std::mutex mutex_;
  bool is_set_ = false;
  Timer* waiting_ = nullptr;  // of the coroutine that waits; it is cancelled on its own thread only
};

}  // namespace pms::core
