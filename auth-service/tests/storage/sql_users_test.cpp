// Tests a change of an account after another change has been committed first.
#include "storage/sql_users.hpp"

#include <cstdint>
#include <gtest/gtest.h>
#include <memory>
#include <string>

#include "clinic/permissions.hpp"
#include "migrations.hpp"
#include "runtime/engines.hpp"
#include "storage/sql_sessions.hpp"
#include "testkit/run_task.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::auth {
namespace {

using namespace std::chrono_literals;

constexpr core::Timestamp noon{1'767'268'800s};

Deadline soon() { return Deadline::after(20s); }

class StoredUsersTest : public testing::Test {
 protected:
  StoredUsersTest() {
    database_->migrate(migrations()).value();
    User ana{.id = "u1",
             .email = "ana@example.com",
             .password_hash = "old",
             .roles = {clinic::Role::clinician},
             .created_at = noon,
             .updated_at = noon};
    loop_.run(users_.add(ana, soon())).value();
  }
  bool change_password(std::int64_t version, const std::string& hash) {
    PasswordChange change{.user_id = "u1", .version = version, .password_hash = hash, .kept_session = "s1"};
    return loop_.run(users_.change_password(change, noon, soon())).value().has_value();
  }
  /// Begins a session for Ana with one refresh token, `first`.
  void log_in() {
    Session session{.id = "s1", .user_id = "u1", .created_at = noon, .expires_at = noon + 1h};
    RefreshToken token{.hash = "first", .session_id = "s1", .issued_at = noon};
    ASSERT_TRUE(loop_.run(sessions_.begin(session, 1, token, soon())).value());
  }
  bool exchange_for(const User& user) {
    RefreshToken next{.hash = "second", .session_id = "s1", .parent_hash = "first", .issued_at = noon + 1min};
    return loop_.run(sessions_.exchange(next, user, soon())).value();
  }
  User ana() { return loop_.run(users_.find_by_id("u1", soon())).value().value(); }

  testkit::TemporaryFolder folder_;
  testkit::TestLoop loop_;
  std::unique_ptr<database::Database> database_ =
      runtime::open_database("sqlite:" + (folder_ / "auth.db").string(), {.service = "test"}).value();
  SqlUsers users_{*database_};
  SqlSessions sessions_{*database_};
};

TEST_F(StoredUsersTest, TakeAPasswordForTheVersionThatWasChecked) {
  EXPECT_TRUE(change_password(1, "new"));
  EXPECT_EQ(ana().password_hash, "new");
  EXPECT_EQ(ana().version, 2);
}

TEST_F(StoredUsersTest, KeepThePasswordThatWasSetMeanwhile) {
  loop_.run(users_.change("u1", {.roles = {}, .enabled = {}, .password_hash = "reset"}, noon, soon())).value();
  EXPECT_FALSE(change_password(1, "new"));
  EXPECT_EQ(ana().password_hash, "reset");
  EXPECT_EQ(ana().version, 2);
}

TEST_F(StoredUsersTest, TakeNoPasswordForWhoeverIsDeleted) {
  loop_.run(users_.remove("u1", noon, soon())).value();
  EXPECT_FALSE(change_password(1, "new"));
}

TEST_F(StoredUsersTest, AreWhoTheyWereWhenARefreshTokenIsExchanged) {
  log_in();
  const User read = ana();
  loop_
      .run(users_.change("u1", {.roles = clinic::Roles{clinic::Role::auditor}, .enabled = {}, .password_hash = {}},
                         noon, soon()))
      .value();
  EXPECT_FALSE(exchange_for(read));
  EXPECT_TRUE(exchange_for(ana())) << "the first try has not used the token up";
}

}  // namespace
}  // namespace pms::auth
