#include "runtime/runtime.hpp"

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <functional>
#include <future>
#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "http/client.hpp"
#include "runtime/management.hpp"
#include "runtime/run.hpp"
#include "runtime/service.hpp"
#include "runtime/settings.hpp"

namespace pms::runtime {
namespace {

core::Task<core::Result<http::ClientResponse>> get(std::string url) {
  http::ClientRequest request;
  request.url = std::move(url);
  co_return co_await http::fetch(std::move(request), core::Deadline::after(std::chrono::seconds(5)));
}

Settings one_thread() {
  Settings settings;
  settings.threads = 1;
  settings.log_level = "error";
  settings.log_format = "json";
  return settings;
}

/// A service that records each step of its life cycle.
class RecordingService : public Service {
 public:
  RecordingService(std::string name, std::vector<std::string>& steps) : name_(std::move(name)), steps_(steps) {}

  std::string_view name() const override { return name_; }
  core::Result<> bind() override { return note("bind", bind_error); }
  core::Result<> open() override { return note("open", open_error); }
  void start() override { steps_.push_back("start " + name_); }
  core::Task<core::Result<>> ready() override { co_return core::Result<>{}; }
  core::Task<core::Result<>> drain(core::Deadline) override {
    steps_.push_back("drain " + name_);
    if (blocks_thread) std::this_thread::sleep_for(std::chrono::hours(1));
    if (drain_error) co_return core::fail(core::Errc::deadline_exceeded, *drain_error);
    co_return core::Result<>();
  }
  std::string draining_part() const override { return "the part of " + name_; }
  std::vector<std::string> listening() const override { return {}; }

  std::optional<std::string> bind_error;
  std::optional<std::string> open_error;
  std::optional<std::string> drain_error;
  bool blocks_thread = false;

 private:
  core::Result<> note(const std::string& step, const std::optional<std::string>& error) {
    steps_.push_back(step + " " + name_);
    if (error) return core::fail(core::Errc::unavailable, *error);
    return {};
  }

  std::string name_;
  std::vector<std::string>& steps_;
};

class RunTest : public testing::Test {
 protected:
  int run_until(const std::function<void()>& started) {
    Runtime runtime(settings);
    Service* services[] = {&first, &second};
    return run(runtime, settings, services, started);
  }

  Settings settings = one_thread();
  std::vector<std::string> steps;
  RecordingService first{"first", steps};
  RecordingService second{"second", steps};
};

TEST_F(RunTest, TakesServicesThroughTheirLifeStepByStepAndDrainsOnASignal) {
  EXPECT_EQ(run_until([] { std::raise(SIGTERM); }), 0);
  EXPECT_EQ(steps, (std::vector<std::string>{"bind first", "bind second", "open first", "open second", "start first",
                                             "start second", "drain first", "drain second"}));
}

TEST_F(RunTest, DrainsWhenItsTerminalHangsUp) {
  EXPECT_EQ(run_until([] { std::raise(SIGHUP); }), 0);
  EXPECT_EQ(steps.back(), "drain second");
}

TEST_F(RunTest, KeepsIgnoringAHangUpThatWasIgnoredAtTheStart) {
  const auto before = std::signal(SIGHUP, SIG_IGN);
  EXPECT_EQ(run_until([] {
              std::raise(SIGHUP);
              std::raise(SIGTERM);
            }),
            0);
  EXPECT_EQ(std::signal(SIGHUP, before), SIG_IGN);
}

TEST_F(RunTest, OpensNothingWhenAPortIsTaken) {
  second.bind_error = "port in use: 127.0.0.1:1";
  EXPECT_EQ(run_until([] { FAIL() << "started"; }), 1);
  EXPECT_EQ(steps, (std::vector<std::string>{"bind first", "bind second"}));
}

TEST_F(RunTest, ServesNothingWhenAStoreCanNotBeOpened) {
  first.open_error = "var/first.db: not a database";
  EXPECT_EQ(run_until([] { FAIL() << "started"; }), 1);
  EXPECT_EQ(steps, (std::vector<std::string>{"bind first", "bind second", "open first"}));
}

TEST_F(RunTest, EndsWithAnErrorThatNamesWorkThatWasCutOff) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  first.drain_error = "outbox relay";
  const auto end = [this] { std::exit(run_until([] { std::raise(SIGTERM); })); };
  EXPECT_EXIT(end(), testing::ExitedWithCode(1), "\"service\":\"first\".*cut off.*\"unfinished\":\"outbox relay\"");
}

TEST_F(RunTest, EndsWithinTheTimeoutWhenADrainHangs) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  settings.drain_timeout = std::chrono::milliseconds(50);
  second.blocks_thread = true;
  const auto end = [this] { std::exit(run_until([] { std::raise(SIGTERM); })); };
  EXPECT_EXIT(end(), testing::ExitedWithCode(1), "\"service\":\"second\".*\"unfinished\":\"the part of second\"");
}

class ManagementTest : public testing::Test {
 protected:
  ManagementTest() {
    EXPECT_TRUE(management.bind());
    management.start();
    runtime.start_threads();
  }
  ~ManagementTest() override {
    runtime.wait(management.drain(core::Deadline::after(std::chrono::seconds(1))));
    runtime.stop_threads();
  }

  static ListenSettings any_port() {
    ListenSettings listen;
    listen.management_host = "127.0.0.1";
    return listen;
  }

  http::ClientResponse answer(const std::string& path) {
    auto response = runtime.wait(get(fmt::format("http://127.0.0.1:{}{}", management.port(), path)));
    EXPECT_TRUE(response) << (response ? "" : response.error().message);
    return response ? *response : http::ClientResponse{};
  }

  core::Result<> readiness;
  Runtime runtime{one_thread()};
  Management management{"test-service", any_port(), runtime,
                        [this]() -> core::Task<core::Result<>> { co_return readiness; }};
};

TEST_F(ManagementTest, IsLiveWhileItsLoopsTurn) { EXPECT_EQ(answer("/livez").status, 200); }

TEST_F(ManagementTest, IsReadyWhenItsStorageIs) {
  EXPECT_EQ(answer("/readyz").status, 200);
  readiness = core::fail(core::Errc::unavailable, "the database does not answer");
  const auto refused = answer("/readyz");
  EXPECT_EQ(refused.status, 503);
  EXPECT_NE(refused.body.find("the database does not answer"), std::string::npos);
}

TEST_F(ManagementTest, IsNotReadyOnceTheProcessDrains) {
  runtime.set_draining();
  EXPECT_EQ(answer("/readyz").status, 503);
  EXPECT_EQ(answer("/livez").status, 200);
}

TEST_F(ManagementTest, PublishesMetricsAsPrometheusText) {
  const auto metrics = answer("/metrics");
  EXPECT_EQ(metrics.status, 200);
  EXPECT_EQ(metrics.header("Content-Type"), "text/plain; version=0.0.4; charset=utf-8");
}

}  // namespace
}  // namespace pms::runtime
