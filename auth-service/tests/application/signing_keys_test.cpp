#include "application/signing_keys.hpp"

#include <boost/json/parse.hpp>
#include <cstddef>
#include <gtest/gtest.h>
#include <memory>
#include <string>
#include <vector>

#include "clinic/caller.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "migrations.hpp"
#include "runtime/engines.hpp"
#include "storage/sql_keys.hpp"
#include "testkit/fake_clock.hpp"
#include "testkit/run_task.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::auth {
namespace {

using namespace std::chrono_literals;

/// Simulates the signing keys of one auth-service process.
class Process {
 public:
  Process(const std::string& url, const std::string& secret, const core::Clock& clock)
      : database_(runtime::open_database(url, {.service = "test"}).value()), verifier_({}, clock) {
    database_->migrate(migrations()).value();
    keys_ = std::make_unique<SigningKeys>(store_, secret, clock, verifier_);
  }
  core::Result<> refresh() { return loop_.run(start_refresh()); }
  core::Task<core::Result<>> start_refresh() { return keys_->refresh(core::Deadline::after(20s)); }
  std::string signing_id() const { return keys_->signing().public_key().id(); }
  std::size_t published() const { return boost::json::parse(keys_->jwks()).at("keys").as_array().size(); }
  std::vector<StoredKey> stored() { return loop_.run(store_.all(core::Deadline::after(20s))).value(); }
  testkit::TestLoop& loop() { return loop_; }
  const SigningKeys& keys() const { return *keys_; }
  const security::TokenVerifier& verifier() const { return verifier_; }

 private:
  testkit::TestLoop loop_;
  std::unique_ptr<database::Database> database_;
  SqlKeys store_{*database_};
  security::TokenVerifier verifier_;
  std::unique_ptr<SigningKeys> keys_;
};

class SigningKeysTest : public testing::Test {
 protected:
  std::unique_ptr<Process> process(const std::string& secret = {}) {
    return std::make_unique<Process>("sqlite:" + (folder_ / "auth.db").string(), secret, clock_);
  }
  std::unique_ptr<Process> started(const std::string& secret = {}) {
    auto made = process(secret);
    made->refresh().value();
    return made;
  }
  std::string token(const Process& process) const {
    clinic::Caller caller{.user_id = "u",
                          .session = "s",
                          .token_id = "t",
                          .email = "e",
                          .roles = {},
                          .permissions = {},
                          .issued_at = clock_.now(),
                          .expires_at = clock_.now() + 15min};
    return security::sign_token(caller, {}, process.keys().signing());
  }

  testkit::TemporaryFolder folder_;
  testkit::FakeClock clock_;
};

TEST_F(SigningKeysTest, AreMadeAtTheFirstStartAndStay) {
  std::string id = started()->signing_id();
  EXPECT_EQ(started()->signing_id(), id);
  EXPECT_EQ(started()->published(), 1U);
}

TEST_F(SigningKeysTest, AreSettledBetweenTwoFirstStarts) {
  auto one = process();
  auto two = process();
  auto first = one->loop().start(one->start_refresh());
  auto second = two->loop().start(two->start_refresh());
  first.get().value();
  second.get().value();
  EXPECT_EQ(one->signing_id(), two->signing_id());
  EXPECT_EQ(one->stored().size(), 1U);
}

TEST_F(SigningKeysTest, AreGivenToTheServicesOwnVerifier) {
  auto service = started();
  EXPECT_TRUE(service->verifier().verify(token(*service)));
}

TEST_F(SigningKeysTest, AreSealedWhenThereIsASecret) {
  auto service = started("correct horse");
  ASSERT_EQ(service->stored().size(), 1U);
  EXPECT_TRUE(service->stored()[0].sealed);
  EXPECT_EQ(service->stored()[0].material.find("PRIVATE KEY"), std::string::npos);
  EXPECT_EQ(started("correct horse")->signing_id(), service->signing_id());
}

TEST_F(SigningKeysTest, StayShutWithoutTheirSecret) {
  started("correct horse");
  auto wrong = process("wrong horse")->refresh();
  ASSERT_FALSE(wrong);
  EXPECT_EQ(
      wrong.error().message,
      "auth.keys.secret cannot decrypt the stored signing keys: set it to the secret that they were encrypted with");
  auto none = process()->refresh();
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message,
            "the stored signing keys are encrypted: set auth.keys.secret to the secret that they were encrypted with");
}

TEST_F(SigningKeysTest, AreSealedOnceASecretIsSet) {
  std::string id = started()->signing_id();
  auto service = started("correct horse");
  EXPECT_EQ(service->signing_id(), id);
  EXPECT_TRUE(service->stored()[0].sealed);
  EXPECT_FALSE(process()->refresh());
}

TEST_F(SigningKeysTest, AreRotatedWithoutATokenRefused) {
  auto service = started();
  std::string first = service->signing_id();

  clock_.advance(90 * 24h - 2h);
  service->refresh().value();
  EXPECT_EQ(service->published(), 2U);
  EXPECT_EQ(service->signing_id(), first) << "not before every verifier can know the next one";

  clock_.advance(2h - 5min);
  std::string last_of_first = token(*service);
  clock_.advance(5min);
  EXPECT_NE(service->signing_id(), first) << "at its time, without waiting for the next look at the store";
  EXPECT_TRUE(service->verifier().verify(last_of_first));
  EXPECT_TRUE(service->verifier().verify(token(*service)));
  service->refresh().value();
  EXPECT_EQ(service->published(), 2U);

  clock_.advance(25h);
  service->refresh().value();
  service->refresh().value();
  EXPECT_EQ(service->published(), 1U);
  EXPECT_EQ(service->stored().size(), 1U);
}

TEST_F(SigningKeysTest, AreRotatedTogetherByAllReplicas) {
  auto one = started("correct horse");
  auto two = started("correct horse");
  clock_.advance(90 * 24h - 2h);
  one->refresh().value();
  two->refresh().value();
  clock_.advance(2h);
  EXPECT_EQ(one->signing_id(), two->signing_id());
  EXPECT_EQ(one->stored().size(), 2U);
}

}  // namespace
}  // namespace pms::auth
