#include <gmock/gmock.h>
#include <string>

#include "clinic/permissions.hpp"
#include "rpc/tests/rpc_fixture.hpp"

namespace pms::rpc {
namespace {

using testing::HasSubstr;

class RpcCall : public Rpc {
 protected:
  void SetUp() override { start(); }
};

TEST_F(RpcCall, IsAnsweredByACoroutineAndResumesAnother) {
  const auto answer = ask("a1");
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->account().id(), "a1");
}

TEST_F(RpcCall, BringsMetadataPeerAndDeadline) {
  const auto answer = ask("a1", {.deadline = Deadline::after(5s), .request_id = "r-17"});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->account().name(), "r-17");
  EXPECT_EQ(answer->account().email(), "here");
  EXPECT_GT(answer->account().version(), 0);
  EXPECT_LE(answer->account().version(), 5'000);
}

TEST_F(RpcCall, FailsWithTheServersCodeAndMessage) {
  const auto answer = ask("missing");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::not_found);
  EXPECT_EQ(answer.error().message, "no such account");
}

TEST_F(RpcCall, ThatThrowsIsAnInternalErrorThatTellsNothing) {
  const auto answer = ask("throw");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::internal);
  EXPECT_EQ(answer.error().message, "an unexpected error");
}

TEST_F(RpcCall, EndsAtItsDeadlineWhateverTheServerDoes) {
  const auto answer = ask("hold", {Deadline::after(50ms)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::deadline_exceeded);
  service_.release();
}

TEST_F(RpcCall, ToNobodyIsUnavailable) {
  drain(Deadline::after(1s));
  const auto answer = ask("a1");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unavailable);
}

TEST_F(RpcCall, OfAMethodThatIsNotThereIsUnimplemented) {
  EXPECT_EQ(raw_call("/billing.v1.BillingService/NoSuchMethod", "").first.error_code(),
            grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(RpcCall, WithBytesThatAreNoMessageIsAnErrorAndTheServerLivesOn) {
  EXPECT_FALSE(raw_call("/billing.v1.BillingService/GetBillingAccount", "\xff\xff\xff").first.ok());
  EXPECT_TRUE(ask("a1"));
}

TEST_F(RpcCall, BeyondTheSizeLimitIsRefused) {
  const auto answer = ask(std::string(2 * 1024 * 1024, 'x'));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::resource_exhausted);
}

TEST_F(RpcCall, HasTheCallerOfItsBearerToken) {
  const auto answer = ask("guarded", {.deadline = Deadline::after(5s), .token = token(clinic::Role::billing)});
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->account().name(), "0190a6b2-0000-7000-8000-000000000001");
}

TEST_F(RpcCall, WithoutATokenIsUnauthenticated) {
  const auto answer = ask("guarded");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unauthenticated);
}

TEST_F(RpcCall, WithAForgedTokenIsUnauthenticated) {
  key_ = security::SigningKey::generate();
  const auto answer = ask("guarded", {.deadline = Deadline::after(5s), .token = token(clinic::Role::admin)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::unauthenticated);
}

TEST_F(RpcCall, WithoutThePermissionIsDeniedAndToldWhichItNeeds) {
  const auto answer = ask("guarded", {.deadline = Deadline::after(5s), .token = token(clinic::Role::clinician)});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::permission_denied);
  EXPECT_THAT(answer.error().message, HasSubstr("billing:read"));
}

}  // namespace
}  // namespace pms::rpc
