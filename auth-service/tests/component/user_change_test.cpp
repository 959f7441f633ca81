// Tests PATCH /users/{id}: what changes, and which tokens and sessions end with the change.
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"

namespace pms::auth {
namespace {

class ChangedUser : public testing::Test {
 protected:
  struct Tokens {
    std::string access;
    std::string refresh;
  };

  ChangedUser() {
    service_.make_user("root@example.com", password_, {clinic::Role::admin});
    id_ = service_.make_user("ana@example.com", password_, {clinic::Role::clinician});
    admin_ = text(service_.log_in("root@example.com", password_), "token");
  }

  static Tokens tokens(const testkit::Answer& answer) {
    EXPECT_EQ(answer.status, 200) << answer.response.body;
    return {text(answer, "token"), text(answer, "refreshToken")};
  }
  Tokens log_in(const std::string& password) { return tokens(service_.log_in("ana@example.com", password)); }
  testkit::Answer refresh(const Tokens& session) {
    return service_.post("/refresh", R"({"refreshToken":")" + session.refresh + R"("})");
  }
  testkit::Answer patch(const std::string& body) { return service_.send("PATCH", "/users/" + id_, body, admin_); }
  bool valid(const std::string& token) { return service_.get("/validate", token).status == 200; }
  boost::json::array roles_in(const std::string& token) {
    return service_.get("/validate", token).json().at("roles").as_array();
  }

  testkit::TemporaryFolder folder_;
  Config config_ = test_config(folder_);
  RunningService service_{config_};
  const std::string password_ = "seven purple violins";
  std::string id_;
  std::string admin_;
};

TEST_F(ChangedUser, OfRolesVoidsTheTokensOfBeforeAndLetsTheSessionGoOn) {
  Tokens session = log_in(password_);
  testkit::Answer answer = patch(R"({"roles":["BILLING"]})");
  ASSERT_EQ(answer.status, 200) << answer.response.body;
  EXPECT_EQ(answer.json().at("roles"), (boost::json::array{"BILLING"}));
  EXPECT_FALSE(valid(session.access));
  Tokens next = tokens(refresh(session));
  EXPECT_EQ(roles_in(next.access), (boost::json::array{"BILLING"}));
  EXPECT_EQ(service_.get("/me", next.access).json(), answer.json());
}

TEST_F(ChangedUser, VoidsNoTokenThatIsIssuedAfterItInTheSameSecond) {
  for (int i = 0; i < 20; ++i) {
    Tokens before = log_in(password_);
    ASSERT_EQ(patch(i % 2 == 0 ? R"({"roles":["BILLING"]})" : R"({"roles":["ANALYST"]})").status, 200);
    Tokens after = log_in(password_);
    EXPECT_FALSE(valid(before.access)) << i;
    EXPECT_TRUE(valid(after.access)) << i;
  }
}

TEST_F(ChangedUser, ToDisabledEndsEverything) {
  Tokens session = log_in(password_);
  testkit::Answer answer = patch(R"({"enabled":false})");
  ASSERT_EQ(answer.status, 200) << answer.response.body;
  EXPECT_EQ(answer.json().at("enabled"), false);
  EXPECT_FALSE(valid(session.access));
  EXPECT_EQ(refresh(session).status, 401);
  EXPECT_EQ(service_.log_in("ana@example.com", password_).status, 401);
}

TEST_F(ChangedUser, ToEnabledLetsTheUserLogInButOpensNoOldSession) {
  Tokens session = log_in(password_);
  patch(R"({"enabled":false})");
  ASSERT_EQ(patch(R"({"enabled":true})").status, 200);
  EXPECT_EQ(refresh(session).status, 401);
  EXPECT_FALSE(valid(session.access));
  EXPECT_TRUE(valid(log_in(password_).access));
}

TEST_F(ChangedUser, OfThePasswordEndsEverySession) {
  Tokens session = log_in(password_);
  testkit::Answer answer = patch(R"({"password":"eight yellow trumpets"})");
  ASSERT_EQ(answer.status, 200) << answer.response.body;
  EXPECT_EQ(answer.response.body.find("trumpets"), std::string::npos);
  EXPECT_FALSE(valid(session.access));
  EXPECT_EQ(refresh(session).status, 401);
  EXPECT_EQ(service_.log_in("ana@example.com", password_).status, 401);
  EXPECT_TRUE(valid(log_in("eight yellow trumpets").access));
}

TEST_F(ChangedUser, OfThePasswordForgetsTheFailedLogins) {
  for (int i = 0; i < 5; ++i) service_.log_in("ana@example.com", "forgotten");
  ASSERT_EQ(service_.log_in("ana@example.com", password_).status, 429);
  ASSERT_EQ(patch(R"({"password":"eight yellow trumpets"})").status, 200);
  EXPECT_EQ(service_.log_in("ana@example.com", "eight yellow trumpets").status, 200);
}

TEST_F(ChangedUser, IsToldToTheOtherServices) {
  patch(R"({"enabled":false})");
  boost::json::value feed = service_.manage("/revocations").json();
  ASSERT_EQ(feed.at("revocations").as_array().size(), 1U);
  EXPECT_EQ(feed.at("revocations").at(0).at("kind"), "user");
  EXPECT_EQ(feed.at("revocations").at(0).at("id").as_string(), id_);
  EXPECT_EQ(feed.at("revocations").at(0).at("version"), 2);
}

TEST_F(ChangedUser, OfNothingChangesNothing) {
  Tokens session = log_in(password_);
  testkit::Answer answer = patch("{}");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json(), service_.get("/users/" + id_, admin_).json());
  EXPECT_TRUE(valid(session.access));
}

TEST_F(ChangedUser, OfSeveralThingsIsOne) {
  testkit::Answer answer = patch(R"({"roles":["ADMIN","AUDITOR"],"enabled":false,"password":"eight yellow trumpets"})");
  EXPECT_EQ(answer.json().at("roles"), (boost::json::array{"ADMIN", "AUDITOR"}));
  EXPECT_EQ(answer.json().at("enabled"), false);
}

TEST_F(ChangedUser, IsRefusedWithEverythingThatIsWrong) {
  using Fields = std::vector<std::string>;
  const std::vector<std::pair<std::string, Fields>> bodies{
      {R"({"roles":null,"enabled":null,"password":null})", {"enabled", "password", "roles"}},
      {R"({"roles":[],"enabled":"yes","password":"short"})", {"enabled", "password", "roles"}},
      {R"({"roles":["CLINICIAN","KING"]})", {"roles"}},
      {R"({"email":"other@example.com"})", {"email"}},
      {R"({"enabled":true,"admin":true})", {"admin"}}};
  for (const auto& [body, fields] : bodies) {
    testkit::Answer answer = patch(body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.problem_fields(), fields) << body;
  }
  EXPECT_EQ(patch("[]").status, 400);
  EXPECT_EQ(log_in(password_).access.empty(), false) << "nothing was changed";
}

TEST_F(ChangedUser, LeavesAloneWhatIsReadOnly) {
  EXPECT_EQ(patch(R"({"id":"x","createdAt":"x","roles":["ANALYST"]})").status, 200);
}

TEST_F(ChangedUser, IsAMergePatch) {
  testkit::ApiClient client(service_.origin(), admin_);
  auto send = [&](const std::string& type) {
    return client.send("PATCH", "/users/" + id_, R"({"roles":["ANALYST"]})", {{"Content-Type", type}});
  };
  EXPECT_EQ(send("application/merge-patch+json").status, 200);
  EXPECT_EQ(send("application/json; charset=utf-8").status, 200);
  testkit::Answer refused = send("application/json-patch+json");
  EXPECT_EQ(refused.status, 415);
  EXPECT_EQ(refused.header("Accept-Patch"), "application/merge-patch+json, application/json");
}

}  // namespace
}  // namespace pms::auth
