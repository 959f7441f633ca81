#include "core/background_task.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <exception>
#include <fmt/format.h>
#include <utility>

#include "core/backoff.hpp"
#include "core/clock.hpp"

namespace pms::core {

namespace {

/// The minimum time that stop() waits. A task that has nothing to finish ends sooner, even if the
/// deadline has passed.
constexpr std::chrono::milliseconds min_stop_span{50};

}  // namespace

bool is_outage(const Error& error) {
  return error.code == Errc::unavailable || error.code == Errc::deadline_exceeded || error.code == Errc::storage_full;
}

struct BackgroundTask::State : TaskControl {
  State(TaskHost task_host, std::string task_name, Loop task_loop, TaskBackoff spans)
      : host(std::move(task_host)),
        name(std::move(task_name)),
        loop(std::move(task_loop)),
        backoff(spans.first, spans.max) {}

  bool stopping() const override { return stop_requested; }
  Deadline stop_by() const override { return Deadline::at(stop_time); }
  void succeeded() override;
  Task<void> sleep(std::chrono::milliseconds) override;
  Task<void> wait(std::chrono::milliseconds) override;

  static Task<void> run(std::shared_ptr<State>);
  static void end(std::shared_ptr<State>);
  Task<Result<>> call_loop();
  void report(const Error&);

  TaskHost host;
  const std::string name;
  const Loop loop;
  Backoff backoff;
  std::shared_ptr<Signal> stop_signal = std::make_shared<Signal>();
  std::shared_ptr<Signal> wake_signal = std::make_shared<Signal>();
  std::shared_ptr<Signal> ended_signal = std::make_shared<Signal>();
  std::atomic<SteadyTime> stop_time{SteadyTime::max()};
  std::atomic<bool> stop_requested{false};
  std::atomic<bool> running{false};
  std::atomic<int> failures{0};  // consecutive failures
  bool interrupted = false;      // by an outage that was reported
};

void BackgroundTask::State::succeeded() {
  backoff.reset();
  const bool had_failed = failures.exchange(0) > 0;
  const bool had_outage = std::exchange(interrupted, false);
  if (host.observer && (had_failed || had_outage)) host.observer->recovered(name);
}

void BackgroundTask::State::report(const Error& error) {
  if (!is_outage(error)) {
    const int in_a_row = ++failures;
    if (host.observer) host.observer->failed(name, error, in_a_row);
  } else if (!std::exchange(interrupted, true) && host.observer) {
    host.observer->interrupted(name, error);
  }
}

Task<void> BackgroundTask::State::sleep(std::chrono::milliseconds span) {
  co_await stop_signal->wait_until(std::min(std::chrono::steady_clock::now() + span, stop_time.load()));
}

Task<void> BackgroundTask::State::wait(std::chrono::milliseconds span) {
  co_await wake_signal->wait_until(std::min(std::chrono::steady_clock::now() + span, stop_time.load()));
}

Task<Result<>> BackgroundTask::State::call_loop() {
  try {
    co_return co_await loop(*this);
  } catch (const std::exception& exception) {
    co_return fail(Errc::internal, fmt::format("an exception escaped: {}", exception.what()));
  } catch (...) {
    co_return fail(Errc::internal, "an exception of an unknown type escaped");
  }
}

Task<void> BackgroundTask::State::run(std::shared_ptr<State> state) {
  for (;;) {
    const bool last = state->stopping();  // the loop was able to clean up
    auto ended = co_await state->call_loop();
    if (ended) {
      state->succeeded();
      break;
    }
    state->report(ended.error());
    if (last) break;
    co_await state->sleep(state->backoff.next());
  }
}

/// Called when the coroutine is destroyed, so that what it refers to may be destroyed after a stop.
void BackgroundTask::State::end(std::shared_ptr<State> state) {
  state->running = false;
  const auto ended = state->ended_signal;
  state.reset();
  ended->set();
}

namespace {

/// Runs the rounds of a periodic task. It is a function that takes its arguments by value, because
/// the coroutine frame must not refer to the lambda that calls it.
Task<Result<>> repeat(TaskControl& control, std::chrono::milliseconds period, BackgroundTask::Round round) {
  while (!control.stopping()) {
    if (auto done = co_await round(); !done) co_return done;
    control.succeeded();
    if (!control.stopping()) co_await control.wait(period);
  }
  co_return Result<>();
}

}  // namespace

BackgroundTask::BackgroundTask(TaskHost host, std::string name, Loop loop, TaskBackoff backoff)
    : state_(std::make_shared<State>(std::move(host), std::move(name), std::move(loop), backoff)) {}

BackgroundTask::BackgroundTask(TaskHost host, std::string name, std::chrono::milliseconds period, Round round,
                               TaskBackoff backoff)
    : BackgroundTask(
          std::move(host), std::move(name),
          [period, round = std::move(round)](TaskControl& control) { return repeat(control, period, round); },
          backoff) {}

BackgroundTask::~BackgroundTask() { request_stop(Deadline::after(std::chrono::milliseconds(0))); }

const std::string& BackgroundTask::name() const { return state_->name; }

boost::asio::io_context& BackgroundTask::io() const { return state_->host.io; }

void BackgroundTask::start() {
  state_->running = true;
  if (state_->host.observer) state_->host.observer->started(state_->name);
  boost::asio::co_spawn(state_->host.io.get_executor(), State::run(state_),
                        [state = state_](const std::exception_ptr&) mutable { State::end(std::move(state)); });
}

void BackgroundTask::wake() { state_->wake_signal->set(); }

std::shared_ptr<Signal> BackgroundTask::waker() const { return state_->wake_signal; }

void BackgroundTask::request_stop(Deadline deadline) {
  state_->stop_time = deadline.time();
  state_->stop_requested = true;
  state_->stop_signal->set();
  state_->wake_signal->set();
}

Task<Result<>> BackgroundTask::stop(Deadline deadline) {
  auto state = state_;
  request_stop(deadline);
  const auto end = Deadline::at(std::max(deadline.time(), std::chrono::steady_clock::now() + min_stop_span));
  while (state->running && !end.passed()) co_await state->ended_signal->wait_until(end.time());
  if (state->running) co_return fail(Errc::deadline_exceeded, fmt::format("{} did not stop in time", state->name));
  co_return Result<>();
}

bool BackgroundTask::failing() const { return state_->failures >= max_failures_in_a_row; }

}  // namespace pms::core
