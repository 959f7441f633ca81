#include "security/remote_keys.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <gtest/gtest.h>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "clinic/caller.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "testkit/fake_clock.hpp"
#include "testkit/run_task.hpp"

namespace pms::security {
namespace {

using namespace std::chrono_literals;

/// A stand-in for auth-service. Its responses can be changed while requests arrive.
class FakeAuth {
 public:
  void set_keys(const KeySet& keys) { set(jwks_, keys.to_jwks()); }
  void set_jwks(std::string text) { set(jwks_, std::move(text)); }
  void set_revocations(const RevocationFeed& feed) { set(revocations_, to_json(feed)); }
  void set_away(bool away) {
    std::lock_guard lock(mutex_);
    away_ = away;
  }

  Fetch fetch() {
    return [this](std::string url) { return answer(this, std::move(url)); };
  }

  /// Waits until the URLs requested since the last call include `count` more that begin with
  /// `prefix`.
  void wait_for(std::string_view prefix, std::size_t count) {
    std::unique_lock lock(mutex_);
    std::size_t target = seen_of(prefix) + count;
    ASSERT_TRUE(asked_.wait_for(lock, 20s, [&] { return seen_of(prefix) >= target; })) << prefix;
  }
  std::size_t count(std::string_view prefix) {
    std::lock_guard lock(mutex_);
    return seen_of(prefix);
  }
  std::vector<std::string> urls() {
    std::lock_guard lock(mutex_);
    return urls_;
  }

 private:
  static core::Task<core::Result<std::string>> answer(FakeAuth* self, std::string url) {
    std::lock_guard lock(self->mutex_);
    self->urls_.push_back(url);
    self->asked_.notify_all();
    if (self->away_) co_return core::fail(core::Errc::unavailable, "refused");
    co_return url.starts_with("keys") ? self->jwks_ : self->revocations_;
  }
  void set(std::string& target, std::string value) {
    std::lock_guard lock(mutex_);
    target = std::move(value);
  }
  std::size_t seen_of(std::string_view prefix) const {
    return static_cast<std::size_t>(
        std::ranges::count_if(urls_, [prefix](const std::string& url) { return url.starts_with(prefix); }));
  }

  std::mutex mutex_;
  std::condition_variable asked_;
  std::vector<std::string> urls_;
  std::string jwks_;
  std::string revocations_ = to_json(RevocationFeed{});
  bool away_ = false;
};

class RemoteKeysTest : public testing::Test {
 protected:
  RemoteKeysTest() { auth_.set_keys(KeySet({key_.public_key()})); }
  ~RemoteKeysTest() override {
    if (remote_) remote_->stop();
  }

  /// Returns settings with which each source is fetched once and then not again during the test.
  static RemoteKeysSettings asked_once() {
    return {.service = "test",
            .jwks_url = "keys",
            .revocations_url = "revocations",
            .refresh = 1h,
            .retry = 1h,
            .unknown_key_interval = 1h,
            .revocation_poll = 1h};
  }
  void start(const RemoteKeysSettings& settings) {
    remote_ = std::make_unique<RemoteKeys>(loop_.context(), *verifier_, auth_.fetch(), settings);
    remote_->start();
  }
  std::string token(const SigningKey& key) const {
    clinic::Caller caller{.user_id = "u1",
                          .session = "s1",
                          .token_id = "t1",
                          .email = "e",
                          .roles = {},
                          .permissions = {},
                          .issued_at = clock_.now(),
                          .expires_at = clock_.now() + 15min};
    return sign_token(caller, {}, key);
  }
  /// Waits until everything that was posted to the loop before has run.
  void turn() {
    auto nothing = []() -> core::Task<int> { co_return 0; };
    loop_.run(nothing());
  }
  void wait_until(const std::function<bool()>& condition) {
    auto give_up = std::chrono::steady_clock::now() + 20s;
    while (!condition()) {
      ASSERT_LT(std::chrono::steady_clock::now(), give_up);
      turn();
    }
  }

  testkit::FakeClock clock_;
  SigningKey key_ = SigningKey::generate();
  std::unique_ptr<TokenVerifier> verifier_ = std::make_unique<TokenVerifier>(TokenSettings{}, clock_);
  FakeAuth auth_;
  testkit::TestLoop loop_;
  std::unique_ptr<RemoteKeys> remote_;
};

TEST_F(RemoteKeysTest, GivesTheVerifierItsKeys) {
  start(asked_once());
  wait_until([this] { return verifier_->verify(token(key_)).has_value(); });
}

TEST_F(RemoteKeysTest, TriesAgainUntilThereAreKeys) {
  auth_.set_away(true);
  auto settings = asked_once();
  settings.retry = 1ms;
  start(settings);
  auth_.wait_for("keys", 3);
  EXPECT_EQ(verifier_->verify(token(key_)).error().code, core::Errc::unavailable);
  auth_.set_away(false);
  wait_until([this] { return verifier_->verify(token(key_)).has_value(); });
}

TEST_F(RemoteKeysTest, KeepsTheLastKeysWhileAuthIsAwayOrTalksNonsense) {
  auto settings = asked_once();
  settings.refresh = settings.retry = settings.unknown_key_interval = 1ms;
  start(settings);
  wait_until([this] { return verifier_->verify(token(key_)).has_value(); });
  auth_.set_away(true);
  auth_.wait_for("keys", 3);
  EXPECT_TRUE(verifier_->verify(token(key_)));
  auth_.set_away(false);
  for (std::string_view nonsense : {"", "<html>", R"({"keys":[]})", "{}"}) {
    auth_.set_jwks(std::string(nonsense));
    auth_.wait_for("keys", 3);
    EXPECT_TRUE(verifier_->verify(token(key_))) << nonsense;
  }
}

TEST_F(RemoteKeysTest, FetchesAgainForAnUnknownKey) {
  auto settings = asked_once();
  settings.unknown_key_interval = 0ms;
  start(settings);
  wait_until([this] { return verifier_->verify(token(key_)).has_value(); });
  SigningKey next = SigningKey::generate();
  auth_.set_keys(KeySet({key_.public_key(), next.public_key()}));
  wait_until([&] { return verifier_->verify(token(next)).has_value(); });
  EXPECT_TRUE(verifier_->verify(token(key_)));
}

TEST_F(RemoteKeysTest, DoesNotLetStrangersMakeItFetch) {
  start(asked_once());
  wait_until([this] { return verifier_->verify(token(key_)).has_value(); });
  std::string strange = token(SigningKey::generate());
  for (int i = 0; i < 100; ++i) {
    EXPECT_FALSE(verifier_->verify(strange));
    turn();
  }
  EXPECT_EQ(auth_.count("keys"), 1U);
}

TEST_F(RemoteKeysTest, TellsTheVerifierWhatIsRevoked) {
  auto settings = asked_once();
  settings.revocation_poll = 1ms;
  start(settings);
  wait_until([this] { return verifier_->verify(token(key_)).has_value(); });
  Revocation revocation{
      .number = 7, .kind = Revocation::Kind::session, .id = "s1", .expires_at = core::system_clock().now() + 1h};
  auth_.set_revocations({.revocations = {revocation}, .last = 7});
  wait_until([this] { return !verifier_->verify(token(key_)).has_value(); });
  auth_.set_revocations({.revocations = {}, .last = 7});
  auth_.wait_for("revocations?after=7", 2);
  auth_.set_away(true);
  auth_.wait_for("revocations?after=7", 2);
  EXPECT_FALSE(verifier_->verify(token(key_))) << "auth away: the last list stays";
}

TEST_F(RemoteKeysTest, ReadsALongFeedPageByPageWithoutWaiting) {
  Revocation revocation{.number = 3,
                        .kind = Revocation::Kind::user,
                        .id = "u9",
                        .version = 2,
                        .expires_at = core::system_clock().now() + 1h};
  auth_.set_revocations({.revocations = {revocation}, .last = 4});
  start(asked_once());
  wait_until([this] { return auth_.count("revocations?after=3") >= 1; });
  auth_.set_revocations({.revocations = {}, .last = 4});
}

TEST_F(RemoteKeysTest, BeginsAgainWhenTheFeedDoes) {
  auto settings = asked_once();
  settings.revocation_poll = 1ms;
  Revocation revocation{.number = 50,
                        .kind = Revocation::Kind::user,
                        .id = "u9",
                        .version = 2,
                        .expires_at = core::system_clock().now() + 1h};
  auth_.set_revocations({.revocations = {revocation}, .last = 50});
  start(settings);
  auth_.wait_for("revocations?after=50", 1);
  std::size_t from_the_beginning = auth_.count("revocations?after=0");
  auth_.set_revocations({.revocations = {}, .last = 2});
  wait_until([&] { return auth_.count("revocations?after=0") > from_the_beginning; });
}

TEST_F(RemoteKeysTest, StopsBeforeTheVerifierGoes) {
  auto settings = asked_once();
  settings.refresh = settings.retry = settings.unknown_key_interval = settings.revocation_poll = 1ms;
  start(settings);
  auth_.wait_for("keys", 3);
  remote_->stop();
  verifier_.reset();
  turn();
  turn();
  auto asked = auth_.urls().size();
  for (int i = 0; i < 100; ++i) turn();
  EXPECT_LE(auth_.urls().size(), asked + 2) << "at most the fetches that were under way";
}

}  // namespace
}  // namespace pms::security
