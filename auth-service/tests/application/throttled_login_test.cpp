// Tests logins while passwords are being guessed, with a clock that the test sets.
#include <chrono>
#include <future>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "application/login.hpp"
#include "application/user_administration.hpp"
#include "clinic/permissions.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "migrations.hpp"
#include "runtime/engines.hpp"
#include "storage/sql_failed_logins.hpp"
#include "storage/sql_keys.hpp"
#include "storage/sql_sessions.hpp"
#include "storage/sql_users.hpp"
#include "testkit/fake_clock.hpp"
#include "testkit/run_task.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::auth {
namespace {

using namespace std::chrono_literals;
using core::Errc;

Deadline soon() { return Deadline::after(20s); }

class ThrottledLogin : public testing::Test {
 protected:
  ThrottledLogin()
      : database_(runtime::open_database("sqlite:" + (folder_ / "auth.db").string(), {.service = "test"}).value()) {
    database_->migrate(migrations()).value();
    loop_.run(keys_.refresh(soon())).value();
    NewAccount account{.email = ana, .password = right, .roles = {clinic::Role::clinician}};
    loop_.run(administration_.create(account, soon())).value();
  }

  core::Task<core::Result<TokenPair>> start(std::string email, std::string password) {
    Credentials credentials{.email = std::move(email), .password = std::move(password)};
    return login_(std::move(credentials), soon());
  }
  /// Returns the error of the login, or nothing if it is accepted.
  std::optional<core::Error> log_in(const std::string& email, const std::string& password) {
    auto answer = loop_.run(start(email, password));
    if (answer) return std::nullopt;
    return answer.error();
  }
  void fail(int times, const std::string& email = ana) {
    for (int i = 0; i < times; ++i) ASSERT_EQ(log_in(email, "wrong").value().code, Errc::unauthenticated) << i;
  }
  testing::AssertionResult waits(const std::string& email, const std::string& password,
                                 std::chrono::milliseconds expected) {
    auto error = log_in(email, password);
    if (!error) return testing::AssertionFailure() << "accepted";
    if (error->code != Errc::resource_exhausted) return testing::AssertionFailure() << error->message;
    if (error->retry_after != expected) return testing::AssertionFailure() << "another wait";
    return testing::AssertionSuccess();
  }

  static constexpr auto ana = "ana@example.com";
  static constexpr auto right = "seven purple violins";

  testkit::TemporaryFolder folder_;
  testkit::FakeClock clock_;
  testkit::TestLoop loop_;
  std::unique_ptr<database::Database> database_;
  SqlUsers users_{*database_};
  SqlSessions sessions_{*database_};
  SqlFailedLogins failed_{*database_};
  SqlKeys key_store_{*database_};
  security::TokenVerifier verifier_{{}, clock_};
  SigningKeys keys_{key_store_, "", clock_, verifier_};
  TokenIssuer issuer_{keys_, core::uuid_v7(), {}, 15min};
  security::PasswordHasher hasher_{{.memory_kib = 8, .passes = 1, .threads = 4}};
  UserAdministration administration_{users_, hasher_, clock_, core::uuid_v7(), verifier_.revocations()};
  PasswordGuesses guesses_{failed_, clock_};
  Login login_{users_, sessions_, guesses_, hasher_, issuer_, clock_, core::uuid_v7(), 720h};
};

TEST_F(ThrottledLogin, WaitsAfterFiveFailuresEvenWithTheRightPassword) {
  fail(5);
  EXPECT_TRUE(waits(ana, right, 30s));
  clock_.advance(30s - 1us);
  EXPECT_TRUE(waits(ana, right, 1ms));
  clock_.advance(1us);
  EXPECT_EQ(log_in(ana, right), std::nullopt);
}

TEST_F(ThrottledLogin, WaitsTwiceAsLongEachTime) {
  fail(5);
  for (std::chrono::milliseconds wait : {30s, 60s, 120s, 240s, 480s, 900s, 900s}) {
    EXPECT_TRUE(waits(ana, right, wait));
    clock_.advance(wait);
    fail(1);
  }
}

TEST_F(ThrottledLogin, IsNotMadeLongerByTryingMeanwhile) {
  fail(5);
  clock_.advance(10s);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(waits(ana, "wrong", 20s));
}

TEST_F(ThrottledLogin, BeginsAnewOnceItSucceeds) {
  fail(4);
  EXPECT_EQ(log_in(ana, right), std::nullopt);
  fail(4);
  EXPECT_EQ(log_in(ana, right), std::nullopt);
}

TEST_F(ThrottledLogin, CountsAnEmailInAnyCaseOnce) {
  fail(3);
  fail(2, "ANA@example.com");
  EXPECT_TRUE(waits("Ana@Example.com", right, 30s));
}

TEST_F(ThrottledLogin, TreatsWhoeverIsUnknownAsEverybodyElse) {
  constexpr auto nobody = "nobody@example.com";
  fail(5, nobody);
  EXPECT_TRUE(waits(nobody, right, 30s));
  clock_.advance(30s);
  fail(1, nobody);
  EXPECT_TRUE(waits(nobody, right, 60s));
  EXPECT_EQ(log_in(ana, right), std::nullopt) << "one account's failures are not another's";
}

TEST_F(ThrottledLogin, CountsTheRightPasswordOfADisabledUserAsAFailure) {
  auto user = loop_.run(users_.find_by_email(ana, soon())).value().value();
  constexpr database::Statement disable{"UPDATE users SET enabled = 0"};
  database::Batch batch;
  batch.add(disable);
  loop_.run(database_->commit(std::move(batch), soon())).value();
  for (int i = 0; i < 5; ++i) EXPECT_EQ(log_in(ana, right).value().code, Errc::unauthenticated);
  EXPECT_TRUE(waits(ana, right, 30s));
}

TEST_F(ThrottledLogin, AnswersNoMoreThanFiveOfManyParallelGuesses) {
  std::vector<std::future<core::Result<TokenPair>>> answers;
  for (int i = 0; i < 60; ++i) answers.push_back(loop_.start(start(ana, "wrong")));
  std::map<Errc, int> counted;
  for (auto& answer : answers) ++counted[answer.get().error().code];
  EXPECT_EQ(counted, (std::map<Errc, int>{{Errc::unauthenticated, 5}, {Errc::resource_exhausted, 55}}));
}

TEST_F(ThrottledLogin, LetsManyLogInAtOnceWithTheRightPassword) {
  std::vector<std::future<core::Result<TokenPair>>> answers;
  for (int i = 0; i < 60; ++i) answers.push_back(loop_.start(start(ana, right)));
  for (auto& answer : answers) EXPECT_TRUE(answer.get());
}

TEST_F(ThrottledLogin, TellsNobodyThatAGuessFromBeforeTheWaitWasRight) {
  auto early = loop_.run(guesses_.admit(ana, soon())).value();
  fail(5);
  auto settle = [&] { return loop_.run(guesses_.settle(early, true, soon())); };
  EXPECT_EQ(settle().error().code, Errc::resource_exhausted);
  clock_.advance(1h);
  EXPECT_EQ(settle().error().code, Errc::resource_exhausted) << "however long it took to check";
}

TEST_F(ThrottledLogin, ForgetsWhatIsOld) {
  fail(5);
  auto sweep = [this] {
    loop_.run(failed_.remove_before(clock_.now() - failures_remembered_for, soon())).value();
    return loop_.run(failed_.find(ana, soon())).value().count;
  };
  clock_.advance(failures_remembered_for);
  EXPECT_EQ(sweep(), 5);
  clock_.advance(1us);
  EXPECT_EQ(sweep(), 0);
}

TEST_F(ThrottledLogin, BeginsNoSessionForAnAccountThatChangedWhileThePasswordWasChecked) {
  auto user = loop_.run(users_.find_by_email(ana, soon())).value().value();
  Session session{.id = "s1", .user_id = user.id, .created_at = clock_.now(), .expires_at = clock_.now() + 1h};
  RefreshToken token{.hash = "h1", .session_id = "s1", .issued_at = clock_.now()};
  loop_.run(administration_.change(user.id, {.password = "eight yellow trumpets"}, soon())).value();
  EXPECT_FALSE(loop_.run(sessions_.begin(session, user.version, token, soon())).value());
  EXPECT_TRUE(loop_.run(sessions_.begin(session, user.version + 1, token, soon())).value());
}

}  // namespace
}  // namespace pms::auth
