#include "runtime/http_service.hpp"

#include <atomic>
#include <chrono>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "core/background_task.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/signal.hpp"
#include "core/task.hpp"
#include "http/client.hpp"

namespace pms::runtime {
namespace {

using namespace std::chrono_literals;

/// How the work of the service behaves.
struct Behaviour {
  std::atomic<bool> throws = false;
  std::atomic<bool> hangs = false;
  std::atomic<bool> is_hanging = false;
  std::shared_ptr<core::Signal> released = std::make_shared<core::Signal>();
};

core::Task<core::Result<>> behave(Behaviour* behaviour) {
  if (behaviour->throws) throw std::runtime_error("a defect");
  behaviour->is_hanging = behaviour->hangs.load();
  if (behaviour->is_hanging) co_await behaviour->released->wait_until(std::chrono::steady_clock::now() + 20s);
  co_return core::Result<>();
}

ListenSettings any_free_ports() { return {.host = "127.0.0.1", .management_host = "127.0.0.1"}; }

class ServiceWithWork : public HttpService {
 public:
  ServiceWithWork(Runtime& runtime, Behaviour& behaviour)
      : HttpService(runtime, any_free_ports().for_clients("working-service"), any_free_ports(), TokenConfig(),
                    Keys::own),
        worker_(tasks(), "worker", 1ms, [&behaviour] { return behave(&behaviour); }, {.first = 1ms, .max = 2ms}) {}

  core::Result<> open() override {
    add_work("worker", worker_);
    return {};
  }

 private:
  core::BackgroundTask worker_;
};

core::Task<core::Result<http::ClientResponse>> fetch(std::string url) {
  http::ClientRequest request;
  request.url = std::move(url);
  co_return co_await http::fetch(std::move(request), core::Deadline::after(5s));
}

class HttpServiceTest : public testing::Test {
 protected:
  HttpServiceTest() {
    EXPECT_TRUE(service_.bind());
    runtime_.start_threads();
    EXPECT_TRUE(service_.open());
    service_.start();
  }
  ~HttpServiceTest() override {
    behaviour_.hangs = false;
    behaviour_.released->set();
    EXPECT_TRUE(drain(20s));
    runtime_.stop_threads();
  }

  core::Result<> drain(std::chrono::milliseconds span) {
    return runtime_.wait(service_.drain(core::Deadline::after(span)));
  }
  http::ClientResponse readiness() {
    const std::string listening = service_.listening().back();  // e.g. management 127.0.0.1:4100
    auto answer = runtime_.wait(fetch(fmt::format("http://{}/readyz", listening.substr(listening.find(' ') + 1))));
    return answer ? *answer : http::ClientResponse();
  }
  bool becomes(int status) {
    const auto end = core::Deadline::after(20s);
    while (!end.passed())
      if (readiness().status == status) return true;
    return false;
  }

  Behaviour behaviour_;
  Runtime runtime_{Settings{.threads = 2, .log_level = "error", .log_format = "json"}};
  ServiceWithWork service_{runtime_, behaviour_};
};

TEST_F(HttpServiceTest, IsNotReadyWhileATaskKeepsFailing) {
  ASSERT_TRUE(becomes(200));
  behaviour_.throws = true;
  ASSERT_TRUE(becomes(503));
  EXPECT_NE(readiness().body.find("background task keeps failing: worker"), std::string::npos);
  behaviour_.throws = false;
  EXPECT_TRUE(becomes(200));
}

TEST_F(HttpServiceTest, NamesTheWorkThatADrainCutsOff) {
  behaviour_.hangs = true;
  while (!behaviour_.is_hanging) std::this_thread::yield();
  const auto drained = drain(50ms);
  ASSERT_FALSE(drained);
  EXPECT_EQ(drained.error().code, core::Errc::deadline_exceeded);
  EXPECT_EQ(drained.error().message, "worker");
}

}  // namespace
}  // namespace pms::runtime
