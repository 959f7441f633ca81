// Tests the account administration that the command line uses.
#include <chrono>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"
#include "core/result.hpp"
#include "core/uuid.hpp"

namespace pms::auth {
namespace {

class Accounts : public testing::Test {
 protected:
  static NewAccount ana() {
    return {.email = "ana@example.com", .password = "seven purple violins", .roles = {clinic::Role::admin}};
  }
  core::Result<std::string> create(NewAccount account) {
    return loop_.run(create_account(config_, std::move(account)));
  }
  core::Result<> change(std::string email, AccountChange wanted) {
    return loop_.run(change_account(config_, std::move(email), std::move(wanted)));
  }

  testkit::TestLoop loop_;
  testkit::TemporaryFolder folder_;
  Config config_ = test_config(folder_);
};

TEST_F(Accounts, AreMadeBeforeTheServiceHasEverRun) {
  auto id = create(ana());
  ASSERT_TRUE(id) << id.error().message;
  EXPECT_TRUE(core::parse_uuid(*id));
  RunningService service(config_);
  EXPECT_EQ(service.log_in("ana@example.com", "seven purple violins").status, 200);
}

TEST_F(Accounts, AreMadeWhileTheServiceRuns) {
  RunningService service(config_);
  EXPECT_EQ(service.log_in("ana@example.com", "seven purple violins").status, 401);
  ASSERT_TRUE(create(ana()));
  EXPECT_EQ(service.log_in("ana@example.com", "seven purple violins").status, 200);
}

TEST_F(Accounts, HaveAnEmailOfTheirOwnWhateverItsCase) {
  ASSERT_TRUE(create(ana()));
  NewAccount again = ana();
  again.email = "ANA@example.com";
  auto refused = create(std::move(again));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::Errc::conflict);
  ASSERT_EQ(refused.error().fields.size(), 1U);
  EXPECT_EQ(refused.error().fields[0].field, "email");
}

TEST_F(Accounts, AreRefusedWithEverythingThatIsWrong) {
  auto refused = create({.email = "nobody", .password = "short", .roles = {}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::Errc::invalid);
  std::vector<std::string> fields;
  for (const auto& field : refused.error().fields) fields.push_back(field.field);
  EXPECT_EQ(fields, (std::vector<std::string>{"email", "password", "roles"}));
}

TEST_F(Accounts, MayHaveAnOldPasswordOnlyWhereTheRuleIsSetAside) {
  NewAccount demo = ana();
  demo.password = "password123";
  EXPECT_FALSE(create(demo));
  demo.check_password = false;
  EXPECT_TRUE(create(demo));
}

TEST_F(Accounts, AreListedByEmail) {
  EXPECT_EQ(loop_.run(list_accounts(config_)).error().code, core::Errc::unavailable) << "there is no database yet";
  NewAccount zoe = ana();
  zoe.email = "Zoe@example.com";
  ASSERT_TRUE(create(zoe));
  ASSERT_TRUE(create(ana()));
  auto users = loop_.run(list_accounts(config_)).value();
  ASSERT_EQ(users.size(), 2U);
  EXPECT_EQ(users[0].email, "ana@example.com");
  EXPECT_EQ(users[1].email, "Zoe@example.com");
}

TEST_F(Accounts, AreChangedWhileTheServiceRunsWhichHeedsItSoon) {
  RunningService service(config_);
  ASSERT_TRUE(create(ana()));
  NewAccount other = ana();
  other.email = "root@example.com";
  ASSERT_TRUE(create(other));
  std::string token = text(service.log_in("ana@example.com", "seven purple violins"), "token");
  ASSERT_EQ(service.get("/validate", token).status, 200);
  ASSERT_TRUE(change("ANA@example.com", {.enabled = false}));
  EXPECT_EQ(service.log_in("ana@example.com", "seven purple violins").status, 401);
  auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(5);
  while (service.get("/validate", token).status == 200)
    ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "refused within five seconds";
}

TEST_F(Accounts, AreNotChangedAgainstTheRules) {
  ASSERT_TRUE(create(ana()));
  EXPECT_EQ(change("nobody@example.com", {.enabled = false}).error().code, core::Errc::not_found);
  EXPECT_EQ(change("ana@example.com", {.enabled = false}).error().code, core::Errc::conflict);
  auto refused = change("ana@example.com", {.roles = clinic::Roles(), .password = "short"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::Errc::invalid);
  EXPECT_EQ(refused.error().fields.size(), 2U);
}

TEST_F(Accounts, AreNotMadeInAFolderThatCanNotBeWritten) {
  config_.database_url = "sqlite:/proc/auth.db";
  auto refused = create(ana());
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("/proc/auth.db"), std::string::npos) << refused.error().message;
}

}  // namespace
}  // namespace pms::auth
