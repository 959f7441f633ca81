#include <cstdint>
#include <gmock/gmock.h>

#include "rpc/tests/rpc_fixture.hpp"

namespace pms::rpc {
namespace {

using testing::HasSubstr;

class RpcServer : public Rpc {};

TEST_F(RpcServer, FailsOnAPortInUseAndNamesIt) {
  start();
  Server second({.port = server_->port()}, server_loop_.context(), calls_);
  const auto bound = second.bind();
  ASSERT_FALSE(bound);
  EXPECT_EQ(bound.error().message, "port in use: " + address());
}

TEST_F(RpcServer, FailsOnAHostThatIsNotOursAndNamesIt) {
  Server server({.host = "192.0.2.1", .port = 9001}, server_loop_.context(), calls_);
  const auto bound = server.bind();
  ASSERT_FALSE(bound);
  EXPECT_THAT(bound.error().message, HasSubstr("192.0.2.1:9001"));
}

TEST_F(RpcServer, ServesAfterStartWhoCameAfterBind) {
  bind(0);
  connect();
  auto early = client_loop_.start(get("early", {Deadline::after(20s)}));
  ASSERT_EQ(early.wait_for(50ms), std::future_status::timeout);
  server_->start();
  const auto answer = early.get();
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->account().id(), "early");
}

TEST_F(RpcServer, IsFoundAgainByItsClientsAfterARestart) {
  start();
  ASSERT_TRUE(ask("before"));
  const std::uint16_t port = server_->port();
  server_.reset();
  ASSERT_FALSE(ask("between", {Deadline::after(100ms)}));
  bind(port);
  server_->start();
  const auto until = Deadline::after(10s);
  auto answer = ask("after");
  while (!answer && !until.passed()) answer = ask("after");
  ASSERT_TRUE(answer) << answer.error().message;
}

TEST_F(RpcServer, SaysServingForItselfAndItsServices) {
  start();
  EXPECT_EQ(health(), serving);
  EXPECT_EQ(health("billing.v1.BillingService"), serving);
  EXPECT_EQ(raw_call("/grpc.health.v1.Health/Check", "\x0a\x05other").first.error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(RpcServer, ListsItsServicesByReflection) {
  start();
  RawStream reflection(channel_, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo");
  reflection.write_last("\x3a\x01*");  // list_services
  const auto answer = reflection.read();
  ASSERT_TRUE(answer);
  EXPECT_THAT(text(*answer), HasSubstr("billing.v1.BillingService"));
}

TEST_F(RpcServer, FinishesWhatRunsAndRefusesWhatComesWhileItDrains) {
  start();
  auto arrived = service_.arrived();
  auto running = client_loop_.start(get("hold", {Deadline::after(20s)}));
  arrived.get();
  auto draining = client_loop_.start(server_->drain(Deadline::after(20s)));
  const auto until = Deadline::after(10s);
  while (health() == serving && !until.passed()) {
  }
  auto refused = ask("a1");
  while (refused && !until.passed()) refused = ask("a1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Errc::unavailable);
  EXPECT_EQ(draining.wait_for(0s), std::future_status::timeout);
  service_.release();
  EXPECT_TRUE(running.get());
  draining.get();
}

TEST_F(RpcServer, DoesNotWaitForAnOpenHealthWatchWhenItDrains) {
  start();
  RawStream watch(channel_, "/grpc.health.v1.Health/Watch");
  watch.write_last("");
  ASSERT_TRUE(watch.read());
  const auto deadline = Deadline::after(20s);
  drain(deadline);
  EXPECT_FALSE(deadline.passed());
}

TEST_F(RpcServer, EndsThoughItsThreadsHaveStoppedUnderARunningCall) {
  start();
  auto arrived = service_.arrived();
  auto running = client_loop_.start(get("hold", {Deadline::after(20s)}));
  arrived.get();
  server_loop_.context().stop();
  server_.reset();
  const auto answer = running.get();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
}

}  // namespace
}  // namespace pms::rpc
