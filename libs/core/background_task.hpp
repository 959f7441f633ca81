// Work that runs in addition to the requests, supervised: consumers, relays, pollers, deletions.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/signal.hpp"
#include "core/task.hpp"

namespace pms::core {

/// After this many failures in a row a task counts as failing, until it succeeds again.
constexpr int max_failures_in_a_row = 5;

/// Returns whether the error is an outage of a dependency, which ends without a change to the
/// program.
bool is_outage(const Error&);

/// Receives the failures of background tasks. It is called on the io thread of the task.
class TaskObserver {
 public:
  virtual ~TaskObserver() = default;
  /// The task starts. It is called on the thread that starts it.
  virtual void started(std::string_view /*task*/) {}
  /// An exception escaped from the task, or it returned an error that is not an outage. It will run
  /// again.
  virtual void failed(std::string_view task, const Error&, int in_a_row) = 0;
  /// The task returned an outage. This is called once for each outage, and the task is retried with
  /// back-off.
  virtual void interrupted(std::string_view task, const Error&) = 0;
  /// The task succeeded for the first time after failed() or interrupted().
  virtual void recovered(std::string_view task) = 0;
};

/// Where background tasks run, and the observer that receives their failures.
struct TaskHost {
  // Implicit, so that a test can pass an io_context alone.
  TaskHost(boost::asio::io_context& context, std::shared_ptr<TaskObserver> task_observer = nullptr)
      : io(context), observer(std::move(task_observer)) {}

  boost::asio::io_context& io;             ///< of one thread; must outlive the tasks
  std::shared_ptr<TaskObserver> observer;  ///< may be null
};

/// How long a task waits before it runs again after a failure: the span doubles, with full jitter.
struct TaskBackoff {
  std::chrono::milliseconds first{100};
  std::chrono::milliseconds max{10'000};
};

/// The view that the function of a background task has of its task. It is used on the task's io
/// thread.
class TaskControl {
 public:
  virtual ~TaskControl() = default;
  /// Returns whether the task was asked to stop.
  virtual bool stopping() const = 0;
  /// Returns the time by which a task that was asked to stop must have ended.
  virtual Deadline stop_by() const = 0;
  /// Reports that a round of the loop succeeded, so that the next failure is the first in a row.
  virtual void succeeded() = 0;
  /// Sleeps. A request to stop ends the sleep; a later sleep lasts at most until stop_by().
  virtual Task<void> sleep(std::chrono::milliseconds) = 0;
  /// Sleeps, and ends early when the task is woken. A wake-up before the wait is not lost.
  virtual Task<void> wait(std::chrono::milliseconds) = 0;
};

/// A supervised task. An exception that escapes, and an error that is returned, are reported to the
/// observer, and the function is called again after a back-off. The state of the task outlives a
/// stop that timed out; what the function refers to must outlive the threads of the io_context.
class BackgroundTask {
 public:
  /// Runs until the task is asked to stop, which the control reports. The loop is called at least
  /// once after a request to stop, so that it can clean up, unless it has returned success. Success
  /// ends the task.
  using Loop = std::function<Task<Result<>>(TaskControl&)>;
  /// One round of a periodic task.
  using Round = std::function<Task<Result<>>()>;

  BackgroundTask(TaskHost, std::string name, Loop, TaskBackoff = {});
  /// Runs `round` at start() and then after each `period`. A round that fails is repeated after a
  /// back-off.
  BackgroundTask(TaskHost, std::string name, std::chrono::milliseconds period, Round round, TaskBackoff = {});
  /// Requests a stop and does not wait for it.
  ~BackgroundTask();
  BackgroundTask(const BackgroundTask&) = delete;
  BackgroundTask& operator=(const BackgroundTask&) = delete;

  const std::string& name() const;
  boost::asio::io_context& io() const;

  /// Starts the task. Call it at most once.
  void start();

  /// Ends a wait() under way, or the next one at once. It may be called from any thread.
  void wake();
  /// The signal that wake() sets, for callers that may outlive the task.
  std::shared_ptr<Signal> waker() const;

  /// Asks the task to end by the deadline, and does not wait for it. It may be called from any
  /// thread.
  void request_stop(Deadline);
  /// Requests a stop and waits for the end, for 50 ms even if the deadline has passed, so that an
  /// idle task can end. A task that was never started has ended. One stop at a time; a stop that
  /// timed out may be repeated. Error: deadline_exceeded, with the task's name, if the task did not
  /// end in time.
  Task<Result<>> stop(Deadline);

  /// Returns whether the last max_failures_in_a_row runs or more have failed. It may be called from
  /// any thread.
  bool failing() const;

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the running coroutine, which may outlive a stop that timed out
};

}  // namespace pms::core
