#include "clients/grpc_billing_accounts.hpp"

#include <future>
#include <gtest/gtest.h>
#include <vector>

#include "component/billing_stand_in.hpp"
#include "testkit/fake_clock.hpp"
#include "testkit/run_task.hpp"

namespace pms::patient {
namespace {

using namespace std::chrono_literals;

class BillingOverGrpc : public testing::Test {
 protected:
  BillingOverGrpc() { patient_.id = "patient-1"; }

  std::future<BillingAccount> ask(GrpcBillingAccounts& accounts) {
    return loop_.start(accounts.account_for(patient_, origin_));
  }

  /// Enough failed calls to open a breaker.
  void fail_often(GrpcBillingAccounts& accounts) {
    std::vector<std::future<BillingAccount>> asked;
    for (int i = 0; i < 20; ++i) asked.push_back(ask(accounts));
    for (auto& account : asked) EXPECT_EQ(account.get().status, BillingAccount::Status::pending);
  }

  Patient patient_;
  RequestOrigin origin_{.user_id = "user-1", .token = "token-1", .request_id = "request-1", .traceparent = ""};
  testkit::FakeClock clock_;
  BillingStandIn billing_;
  testkit::TestLoop loop_;
};

TEST_F(BillingOverGrpc, GivesTheAccountAndPassesTheCallersToken) {
  GrpcBillingAccounts accounts(billing_.address(), 5s, clock_);
  const BillingAccount account = ask(accounts).get();
  EXPECT_EQ(account.id, account_of("patient-1"));
  EXPECT_EQ(account.status, BillingAccount::Status::active);
  ASSERT_EQ(billing_.calls().size(), 1U);
  EXPECT_EQ(billing_.calls()[0].authorization, "Bearer token-1");
}

TEST_F(BillingOverGrpc, IsPendingWhenBillingDoesNotAnswerInTime) {
  billing_.stall();
  GrpcBillingAccounts accounts(billing_.address(), 50ms, clock_);
  EXPECT_EQ(ask(accounts).get().status, BillingAccount::Status::pending);
}

TEST_F(BillingOverGrpc, IsPendingWhenNobodyListens) {
  GrpcBillingAccounts accounts("127.0.0.1:1", 50ms, clock_);
  EXPECT_EQ(ask(accounts).get().status, BillingAccount::Status::pending);
}

TEST_F(BillingOverGrpc, IsNotAskedWhileItFailsAndIsAskedAgainAfterwards) {
  billing_.refuse(grpc::StatusCode::INTERNAL);
  GrpcBillingAccounts accounts(billing_.address(), 5s, clock_);
  fail_often(accounts);
  const auto asked = billing_.calls().size();
  billing_.answer();
  EXPECT_EQ(ask(accounts).get().status, BillingAccount::Status::pending);
  EXPECT_EQ(billing_.calls().size(), asked);
  clock_.advance(6s);
  EXPECT_EQ(ask(accounts).get().status, BillingAccount::Status::active);
}

TEST_F(BillingOverGrpc, IsStillAskedAfterRefusalsOfSingleCalls) {
  billing_.refuse(grpc::StatusCode::PERMISSION_DENIED);
  GrpcBillingAccounts accounts(billing_.address(), 5s, clock_);
  fail_often(accounts);
  billing_.answer();
  EXPECT_EQ(ask(accounts).get().status, BillingAccount::Status::active);
}

}  // namespace
}  // namespace pms::patient
