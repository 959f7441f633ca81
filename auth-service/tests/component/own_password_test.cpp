// Tests PUT /me/password.
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"

namespace pms::auth {
namespace {

class OwnPassword : public testing::Test {
 protected:
  OwnPassword() { service_.make_user("ana@example.com", old_, {clinic::Role::clinician}); }

  testkit::Answer log_in(const std::string& password) { return service_.log_in("ana@example.com", password); }
  testkit::Answer change(const std::string& token, const std::string& current, const std::string& next) {
    return put(token, boost::json::serialize(boost::json::object{{"currentPassword", current}, {"newPassword", next}}));
  }
  testkit::Answer put(const std::string& token, const std::string& body) {
    return service_.send("PUT", "/me/password", body, token);
  }
  int refresh(const testkit::Answer& login) {
    return service_.post("/refresh", R"({"refreshToken":")" + text(login, "refreshToken") + R"("})").status;
  }
  bool valid(const testkit::Answer& login) { return service_.get("/validate", text(login, "token")).status == 200; }

  testkit::TemporaryFolder folder_;
  Config config_ = test_config(folder_);
  RunningService service_{config_};
  const std::string old_ = "seven purple violins";
  const std::string new_ = "eight yellow trumpets";
};

TEST_F(OwnPassword, TakesThePlaceOfTheOldOne) {
  testkit::Answer answer = change(text(log_in(old_), "token"), old_, new_);
  EXPECT_EQ(answer.status, 204) << answer.response.body;
  EXPECT_EQ(answer.response.body, "");
  EXPECT_EQ(log_in(old_).status, 401);
  EXPECT_EQ(log_in(new_).status, 200);
}

TEST_F(OwnPassword, EndsTheOtherSessionsAndNotThisOne) {
  testkit::Answer here = log_in(old_);
  testkit::Answer there = log_in(old_);
  ASSERT_EQ(change(text(here, "token"), old_, new_).status, 204);
  EXPECT_TRUE(valid(here));
  EXPECT_EQ(refresh(here), 200);
  EXPECT_FALSE(valid(there));
  EXPECT_EQ(refresh(there), 401);
  boost::json::value feed = service_.manage("/revocations").json();
  ASSERT_EQ(feed.at("revocations").as_array().size(), 1U) << "so that the other services hear of it too";
  EXPECT_EQ(feed.at("revocations").at(0).at("kind"), "session");
}

TEST_F(OwnPassword, TellsTheOthersOfEachSessionThatMayHaveTokens) {
  testkit::Answer here = log_in(old_);
  for (int i = 0; i < 3; ++i) log_in(old_);
  constexpr database::Statement age{
      "UPDATE refresh_token SET issued_at = issued_at - 90000000001 WHERE token_hash = "
      "(SELECT MAX(token_hash) FROM refresh_token WHERE session_id <> (SELECT MIN(id) FROM session))"};
  OpenDatabase(config_).change(age);
  ASSERT_EQ(change(text(here, "token"), old_, new_).status, 204);
  boost::json::value feed = service_.manage("/revocations").json();
  EXPECT_EQ(feed.at("revocations").as_array().size(), 2U) << "of the third all tokens have run out";
  EXPECT_EQ(feed.at("last"), 2);
}

TEST_F(OwnPassword, IsNotChangedWithoutTheCurrentOne) {
  testkit::Answer here = log_in(old_);
  testkit::Answer there = log_in(old_);
  testkit::Answer answer = change(text(here, "token"), "another password", new_);
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.problem_fields(), std::vector<std::string>{"currentPassword"});
  EXPECT_TRUE(valid(there));
  EXPECT_EQ(log_in(old_).status, 200);
}

TEST_F(OwnPassword, MustFollowTheRule) {
  std::string token = text(log_in(old_), "token");
  for (const std::string& bad :
       {std::string("short"), std::string(129, 'x'), std::string("password1234"), std::string("abcabcabcabc"), old_}) {
    testkit::Answer answer = change(token, old_, bad);
    EXPECT_EQ(answer.status, 400) << bad;
    EXPECT_EQ(answer.problem_fields(), std::vector<std::string>{"newPassword"}) << bad;
  }
  EXPECT_NE(change(token, old_, "short").response.body.find("between 12 and 128"), std::string::npos);
}

TEST_F(OwnPassword, NamesEveryFieldThatIsWrong) {
  using Fields = std::vector<std::string>;
  std::string token = text(log_in(old_), "token");
  const std::vector<std::pair<std::string, Fields>> bodies{
      {"{}", {"currentPassword", "newPassword"}},
      {R"({"currentPassword":null,"newPassword":7})", {"currentPassword", "newPassword"}},
      {R"({"currentPassword":"","newPassword":"eight yellow trumpets"})", {"currentPassword"}},
      {R"({"currentPassword":"x","newPassword":"eight yellow trumpets","again":"x"})", {"again"}}};
  for (const auto& [body, fields] : bodies) {
    testkit::Answer answer = put(token, body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.problem_fields(), fields) << body;
  }
}

TEST_F(OwnPassword, IsTheCallersAlone) {
  EXPECT_EQ(change("", old_, new_).status, 401);
  EXPECT_EQ(change("forged", old_, new_).status, 401);
}

TEST_F(OwnPassword, CanNotBeGuessedWithAStolenToken) {
  std::string token = text(log_in(old_), "token");
  for (int i = 0; i < 5; ++i) EXPECT_EQ(change(token, "a guess", new_).status, 400) << i;
  testkit::Answer answer = change(token, old_, new_);
  EXPECT_EQ(answer.status, 429);
  EXPECT_FALSE(answer.header("Retry-After").empty());
  EXPECT_EQ(log_in(old_).status, 429) << "all guesses at one password count together";
}

TEST_F(OwnPassword, OfSomebodyWhoIsGoneIsNotChanged) {
  std::string token = text(log_in(old_), "token");
  constexpr database::Statement disable{"UPDATE users SET enabled = 0"};
  OpenDatabase(config_).change(disable);
  EXPECT_EQ(change(token, old_, new_).status, 401);
  constexpr database::Statement remove{"DELETE FROM users"};
  OpenDatabase(config_).change(remove);
  EXPECT_EQ(change(token, old_, new_).status, 401);
}

}  // namespace
}  // namespace pms::auth
