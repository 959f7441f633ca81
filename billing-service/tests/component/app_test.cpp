// Tests the running service: bound, opened, started and drained, with its real listeners.
#include "app.hpp"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <future>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <string_view>

#include "core/deadline.hpp"
#include "http/client.hpp"
#include "legacy/billing_service.grpc.pb.h"
#include "rpc/client.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::billing {
namespace {

using namespace std::chrono_literals;
using core::Deadline;

class BillingApp : public testing::Test {
 protected:
  BillingApp() {
    config_.listen = {.host = "127.0.0.1", .port = 0, .management_host = "127.0.0.1", .management_port = 0};
    // No server listens there: billing runs without auth-service and reports that to its callers.
    config_.tokens = {.issuer = "pms",
                      .audience = "pms",
                      .jwks_url = "http://127.0.0.1:1/jwks.json",
                      .revocations_url = "http://127.0.0.1:1/revocations"};
    config_.database_url = "sqlite:" + (folder_ / "billing.db").string();
    config_.events.url = "embedded:" + (folder_ / "events.db").string();
    config_.grpc_host = "127.0.0.1";
    runtime_.start_threads();
  }
  ~BillingApp() override { runtime_.stop_threads(); }

  /// Returns "127.0.0.1:4001" for "http 127.0.0.1:4001".
  std::string address(std::string_view listener) const {
    for (const std::string& line : app_->listening())
      if (line.starts_with(listener)) return line.substr(listener.size() + 1);
    ADD_FAILURE() << "does not listen on " << listener;
    return {};
  }
  void start() {
    make();
    const auto opened = app_->open();
    ASSERT_TRUE(opened) << opened.error().message;
    app_->start();
  }
  void make() {
    app_ = std::make_unique<App>(config_, runtime_);
    const auto bound = app_->bind();
    ASSERT_TRUE(bound) << bound.error().message;
  }
  void drain() { runtime_.wait(app_->drain(Deadline::after(10s))); }

  int get(std::string_view listener, const std::string& path) {
    http::ClientRequest request;
    request.url = "http://" + address(listener) + path;
    const auto answer = runtime_.wait(http::fetch(std::move(request), Deadline::after(10s)));
    return answer ? answer->status : 0;
  }
  static grpc::Status create(const std::shared_ptr<grpc::Channel>& channel, const std::string& patient_id,
                             ::BillingResponse& response) {
    ::BillingRequest request;
    request.set_patientid(patient_id);
    request.set_name("Ada");
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 10s);
    return ::BillingService::NewStub(channel)->CreateBillingAccount(&context, request, &response);
  }
  /// Returns the response of grpc.health.v1 as bytes: "\x08\x01" is SERVING.
  static std::string health(const std::shared_ptr<grpc::Channel>& channel) {
    grpc::GenericStub stub(channel);
    grpc::ClientContext context;
    context.set_deadline(std::chrono::system_clock::now() + 10s);
    grpc::Slice whole_server;
    grpc::ByteBuffer request(&whole_server, 1);
    grpc::ByteBuffer response;
    std::promise<grpc::Status> done;
    stub.UnaryCall(&context, "/grpc.health.v1.Health/Check", {}, &request, &response,
                   [&](grpc::Status status) { done.set_value(status); });
    if (!done.get_future().get().ok()) return {};
    grpc::Slice slice;
    EXPECT_TRUE(response.DumpToSingleSlice(&slice).ok());
    return {reinterpret_cast<const char*>(slice.begin()), slice.size()};
  }

  testkit::TemporaryFolder folder_;
  Config config_;
  runtime::Runtime runtime_{runtime::Settings{.threads = 2, .log_level = "error", .log_format = "json"}};
  std::unique_ptr<App> app_;
};

TEST_F(BillingApp, TouchesNoFileBeforeItIsOpened) {
  make();
  EXPECT_TRUE(std::filesystem::is_empty(folder_.path()));
}

TEST_F(BillingApp, AnswersOnEveryListener) {
  start();
  EXPECT_EQ(get("management", "/readyz"), 200);
  EXPECT_EQ(get("http", "/accounts?patientId=p1"), 401);
  const auto channel = rpc::channel(address("grpc"));
  EXPECT_EQ(health(channel), "\x08\x01");
  ::BillingResponse response;
  const auto status = create(channel, "p1", response);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.status(), "ACTIVE");
  drain();
}

TEST_F(BillingApp, KeepsItsAccountsWhenItIsStartedAgain) {
  ::BillingResponse first;
  ::BillingResponse again;
  start();
  ASSERT_TRUE(create(rpc::channel(address("grpc")), "p1", first).ok());
  drain();
  start();
  ASSERT_TRUE(create(rpc::channel(address("grpc")), "p1", again).ok());
  drain();
  EXPECT_EQ(again.accountid(), first.accountid());
}

TEST_F(BillingApp, AnswersNobodyAfterItHasDrained) {
  start();
  const auto channel = rpc::channel(address("grpc"));
  ::BillingResponse response;
  ASSERT_TRUE(create(channel, "p1", response).ok());
  drain();
  EXPECT_EQ(create(channel, "p1", response).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(health(channel), "");
  EXPECT_EQ(get("http", "/accounts?patientId=p1"), 0);
}

TEST_F(BillingApp, FailsOnAGrpcPortInUseAndNamesIt) {
  make();
  Config second_config = config_;
  const std::string taken = address("grpc");
  second_config.grpc_port = static_cast<std::uint16_t>(std::stoi(taken.substr(taken.find(':') + 1)));
  App second(second_config, runtime_);
  const auto bound = second.bind();
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().message, "port in use: " + taken);
}

TEST_F(BillingApp, FailsOnADatabaseItCanNotOpenAndNamesTheFile) {
  config_.database_url = "sqlite:" + folder_.path().string();
  make();
  const auto opened = app_->open();
  ASSERT_FALSE(opened);
  EXPECT_NE(opened.error().message.find(folder_.path().string()), std::string::npos);
}

}  // namespace
}  // namespace pms::billing
