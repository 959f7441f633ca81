#include "core/background_task.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/signal.hpp"
#include "core/task.hpp"
#include "testkit/run_task.hpp"

namespace pms::core {
namespace {

using namespace std::chrono_literals;

/// Records the calls, and lets a test wait for one of them.
class Recorder : public TaskObserver {
 public:
  void failed(std::string_view task, const Error& error, int in_a_row) override {
    note(std::string(task) + " failed " + std::to_string(in_a_row) + ": " + error.message);
  }
  void interrupted(std::string_view task, const Error& error) override {
    note(std::string(task) + " interrupted: " + error.message);
  }
  void recovered(std::string_view task) override { note(std::string(task) + " recovered"); }

  bool wait_for(std::string_view note, int times = 1) {
    return wait_until([&] { return std::ranges::count(notes_, note) >= times; });
  }
  std::vector<std::string> notes() {
    std::lock_guard lock(mutex_);
    return notes_;
  }

 private:
  void note(std::string text) {
    std::lock_guard lock(mutex_);
    notes_.push_back(std::move(text));
    changed_.notify_all();
  }
  bool wait_until(const std::function<bool()>& condition) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, condition);
  }

  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> notes_;
};

/// The script of a task: which of its rounds fail, and in what way.
struct Script {
  std::atomic<int> rounds = 0;
  std::atomic<int> throws = 0;   ///< how many of the next rounds throw
  std::atomic<int> outages = 0;  ///< how many of the next rounds return an outage
  std::atomic<bool> fails = false;
  std::shared_ptr<Signal> progress = std::make_shared<Signal>();
};

Task<Result<>> play(Script* script) {
  ++script->rounds;
  script->progress->set();
  if (script->throws > 0) {
    --script->throws;
    throw std::runtime_error("a defect");
  }
  if (script->outages > 0) {
    --script->outages;
    co_return fail(Errc::unavailable, "the database is unavailable");
  }
  if (script->fails) co_return fail(Errc::internal, "the schema is broken");
  co_return Result<>();
}

Task<void> wait_for_rounds(Script* script, int rounds) {
  while (script->rounds < rounds) co_await script->progress->wait_until(std::chrono::steady_clock::now() + 20s);
}

/// Ends only once `released` is set.
Task<Result<>> stuck_until(std::shared_ptr<Signal> released, std::shared_ptr<Signal> ended) {
  co_await released->wait_until(std::chrono::steady_clock::now() + 20s);
  ended->set();
  co_return Result<>();
}

Task<Result<>> clean_up_when_stopping(TaskControl& control, std::atomic<bool>* cleaned_up) {
  if (!control.stopping()) throw std::runtime_error("a defect");
  *cleaned_up = true;
  co_return Result<>();
}

Task<Result<>> sleep_until_stopped(TaskControl& control, std::shared_ptr<Signal> sleeping) {
  while (!control.stopping()) {
    sleeping->set();
    co_await control.sleep(1h);
  }
  co_return Result<>();
}

class BackgroundTaskTest : public testing::Test {
 protected:
  std::unique_ptr<BackgroundTask> start(std::chrono::milliseconds period, TaskBackoff backoff = {1ms, 2ms}) {
    auto task = std::make_unique<BackgroundTask>(
        TaskHost(loop_.context(), recorder_), "sweeper", period, [this] { return play(&script_); }, backoff);
    task->start();
    return task;
  }
  Result<> stop(BackgroundTask& task, std::chrono::milliseconds span = 20s) {
    return loop_.run(task.stop(Deadline::after(span)));
  }
  void wait_for_rounds(int rounds) { loop_.run(core::wait_for_rounds(&script_, rounds)); }

  Script script_;
  std::shared_ptr<Recorder> recorder_ = std::make_shared<Recorder>();
  testkit::TestLoop loop_;
};

TEST_F(BackgroundTaskTest, RunsAtOnceAndThenAfterEachPeriod) {
  auto task = start(1ms);
  wait_for_rounds(3);
  EXPECT_TRUE(stop(*task));
  EXPECT_TRUE(recorder_->notes().empty());
}

TEST_F(BackgroundTaskTest, WaitsForThePeriodUnlessItIsWoken) {
  auto task = start(1h);
  wait_for_rounds(1);
  task->wake();
  wait_for_rounds(2);
  EXPECT_TRUE(stop(*task));
  EXPECT_EQ(script_.rounds, 2);
}

TEST_F(BackgroundTaskTest, RunsAgainAfterAnException) {
  script_.throws = 1;
  auto task = start(1h);
  ASSERT_TRUE(recorder_->wait_for("sweeper recovered"));
  EXPECT_TRUE(stop(*task));
  EXPECT_EQ(recorder_->notes(),
            (std::vector<std::string>{"sweeper failed 1: an exception escaped: a defect", "sweeper recovered"}));
}

TEST_F(BackgroundTaskTest, CountsAnErrorAsAFailure) {
  script_.fails = true;
  auto task = start(1h);
  ASSERT_TRUE(recorder_->wait_for("sweeper failed 2: the schema is broken"));
  script_.fails = false;
  ASSERT_TRUE(recorder_->wait_for("sweeper recovered"));
  EXPECT_TRUE(stop(*task));
}

TEST_F(BackgroundTaskTest, WaitsBeforeItRunsAgainAndAStopEndsTheWait) {
  script_.throws = 1;
  auto task = start(1ms, {.first = 100'000h, .max = 100'000h});
  ASSERT_TRUE(recorder_->wait_for("sweeper failed 1: an exception escaped: a defect"));
  EXPECT_TRUE(stop(*task));
  EXPECT_EQ(script_.rounds, 1);
}

TEST_F(BackgroundTaskTest, IsFailingAfterFiveFailuresInARowUntilItSucceeds) {
  script_.throws = 4;
  auto task = start(1h);
  ASSERT_TRUE(recorder_->wait_for("sweeper recovered"));
  EXPECT_FALSE(task->failing());
  script_.throws = 1'000'000;
  task->wake();
  ASSERT_TRUE(recorder_->wait_for("sweeper failed 5: an exception escaped: a defect"));
  EXPECT_TRUE(task->failing());
  script_.throws = 0;
  ASSERT_TRUE(recorder_->wait_for("sweeper recovered", 2));
  EXPECT_FALSE(task->failing());
  EXPECT_TRUE(stop(*task));
}

TEST_F(BackgroundTaskTest, ReportsAnOutageOnceAndDoesNotCountItAsAFailure) {
  script_.outages = 20;
  auto task = start(1h);
  ASSERT_TRUE(recorder_->wait_for("sweeper recovered"));
  EXPECT_TRUE(stop(*task));
  EXPECT_EQ(recorder_->notes(),
            (std::vector<std::string>{"sweeper interrupted: the database is unavailable", "sweeper recovered"}));
}

TEST_F(BackgroundTaskTest, StopEndsASleepOfItsLoop) {
  auto sleeping = std::make_shared<Signal>();
  BackgroundTask task(loop_.context(), "loop",
                      [sleeping](TaskControl& control) { return sleep_until_stopped(control, sleeping); });
  task.start();
  loop_.run(sleeping->wait_until(std::chrono::steady_clock::now() + 20s));
  EXPECT_TRUE(stop(task));
  EXPECT_TRUE(stop(task)) << "a second time";
}

TEST_F(BackgroundTaskTest, CallsAFailingLoopOnceMoreWhenItIsStopped) {
  std::atomic<bool> cleaned_up = false;
  BackgroundTask task(TaskHost(loop_.context(), recorder_), "loop",
                      [&cleaned_up](TaskControl& control) { return clean_up_when_stopping(control, &cleaned_up); });
  task.start();
  ASSERT_TRUE(recorder_->wait_for("loop failed 1: an exception escaped: a defect"));
  EXPECT_TRUE(stop(task));
  EXPECT_TRUE(cleaned_up);
}

TEST_F(BackgroundTaskTest, StopsWithoutAnErrorAfterTheDeadlineIfItIsIdle) {
  auto task = start(1h);
  wait_for_rounds(1);
  EXPECT_TRUE(stop(*task, 0ms));
}

TEST_F(BackgroundTaskTest, StopsWithoutAStart) {
  BackgroundTask task(loop_.context(), "sweeper", 1h, [this] { return play(&script_); });
  EXPECT_TRUE(stop(task));
  EXPECT_EQ(script_.rounds, 0);
}

TEST_F(BackgroundTaskTest, NamesTheTaskThatDoesNotStopInTimeAndOutlivesIt) {
  auto released = std::make_shared<Signal>();
  auto ended = std::make_shared<Signal>();
  auto task = std::make_unique<BackgroundTask>(loop_.context(), "stuck task", 1h,
                                               [released, ended] { return stuck_until(released, ended); });
  task->start();
  auto stopped = stop(*task, 10ms);
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().code, Errc::deadline_exceeded);
  EXPECT_EQ(stopped.error().message, "stuck task did not stop in time");
  task.reset();
  released->set();
  auto waiting = loop_.start(ended->wait_until(std::chrono::steady_clock::now() + 20s));
  EXPECT_EQ(waiting.wait_for(10s), std::future_status::ready);
}

TEST_F(BackgroundTaskTest, CanBeStoppedAgainAfterAStopThatTimedOut) {
  auto released = std::make_shared<Signal>();
  auto ended = std::make_shared<Signal>();
  BackgroundTask task(loop_.context(), "stuck task", 1h, [released, ended] { return stuck_until(released, ended); });
  task.start();
  EXPECT_FALSE(stop(task, 10ms));
  released->set();
  EXPECT_TRUE(stop(task));
}

}  // namespace
}  // namespace pms::core
