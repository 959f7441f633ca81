#include "runtime/housekeeping.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "core/background_task.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "testkit/run_task.hpp"

namespace pms::runtime {
namespace {

using namespace std::chrono_literals;

/// Records the last error, and lets a test wait for steps.
class Steps : public core::TaskObserver {
 public:
  void failed(std::string_view, const core::Error& error, int) override { note("failed: " + error.message); }
  void interrupted(std::string_view, const core::Error& error) override { note("interrupted: " + error.message); }
  void recovered(std::string_view) override { note("recovered"); }

  void note(std::string step) {
    std::lock_guard lock(mutex_);
    steps_.push_back(std::move(step));
    changed_.notify_all();
  }
  bool wait_for(std::string_view step, int times = 1) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 20s, [&] { return std::ranges::count(steps_, step) >= times; });
  }

  std::ptrdiff_t count(std::string_view step) {
    std::lock_guard lock(mutex_);
    return std::ranges::count(steps_, step);
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<std::string> steps_;
};

core::Task<core::Result<>> work(std::shared_ptr<Steps> steps, std::string name) {
  steps->note(std::move(name));
  co_return core::Result<>();
}

core::Task<core::Result<>> fail_at_first(std::atomic<int>* failures, core::Errc code) {
  if (--*failures >= 0) co_return core::fail(code, "refused");
  co_return core::Result<>();
}

core::Task<core::Result<>> throw_at_first(std::atomic<int>* failures) {
  if (--*failures >= 0) throw std::runtime_error("a defect");
  co_return core::Result<>();
}

class HousekeepingTest : public testing::Test {
 protected:
  ~HousekeepingTest() override { EXPECT_TRUE(loop_.run(housekeeping_.stop(core::Deadline::after(20s)))); }

  void add(const std::string& name, std::chrono::milliseconds period) {
    housekeeping_.add(name, period, [steps = steps_, name] { return work(steps, name); });
  }

  std::atomic<int> failures_ = 0;
  std::shared_ptr<Steps> steps_ = std::make_shared<Steps>();
  testkit::TestLoop loop_;
  Housekeeping housekeeping_{core::TaskHost(loop_.context(), steps_), {.first = 1ms, .max = 2ms}};
};

TEST_F(HousekeepingTest, RunsEachDeletionAtItsOwnPeriod) {
  add("often", 1ms);
  add("rarely", 1h);
  housekeeping_.start();
  EXPECT_TRUE(steps_->wait_for("rarely"));
  EXPECT_TRUE(steps_->wait_for("often", 5));
  EXPECT_EQ(steps_->count("rarely"), 1);
}

TEST_F(HousekeepingTest, NamesTheDeletionThatThrowsAndRunsTheOthers) {
  failures_ = 2;
  housekeeping_.add("old rows", 1h, [this] { return throw_at_first(&failures_); });
  add("others", 1h);
  housekeeping_.start();
  EXPECT_TRUE(steps_->wait_for("failed: old rows: an exception escaped: a defect", 2));
  EXPECT_TRUE(steps_->wait_for("others"));
  EXPECT_TRUE(steps_->wait_for("recovered"));
}

TEST_F(HousekeepingTest, ReportsAnOutageOnce) {
  failures_ = 3;
  housekeeping_.add("old rows", 1h, [this] { return fail_at_first(&failures_, core::Errc::unavailable); });
  housekeeping_.start();
  EXPECT_TRUE(steps_->wait_for("interrupted: old rows: refused"));
  EXPECT_TRUE(steps_->wait_for("recovered"));
}

TEST_F(HousekeepingTest, ReportsADefectRatherThanAnOutage) {
  failures_ = 1;
  std::atomic<int> defects = 1;
  housekeeping_.add("old rows", 1h, [this] { return fail_at_first(&failures_, core::Errc::unavailable); });
  housekeeping_.add("keys", 1h, [&defects] { return fail_at_first(&defects, core::Errc::internal); });
  housekeeping_.start();
  EXPECT_TRUE(steps_->wait_for("failed: keys: refused"));
  EXPECT_TRUE(steps_->wait_for("recovered"));
}

}  // namespace
}  // namespace pms::runtime
