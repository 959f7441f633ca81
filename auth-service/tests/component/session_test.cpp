// Tests the life of a session: POST /refresh, POST /logout and GET /me.
#include "domain/session.hpp"

#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstddef>
#include <future>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"
#include "core/time.hpp"
#include "core/uuid.hpp"

namespace pms::auth {
namespace {

using namespace std::chrono_literals;

class SessionApi : public testing::Test {
 protected:
  struct Tokens {
    std::string access;
    std::string refresh;
  };

  SessionApi() { id_ = service_.make_user("ana@example.com", password_, {clinic::Role::clinician}); }

  static Tokens tokens(const testkit::Answer& answer) {
    EXPECT_EQ(answer.status, 200) << answer.response.body;
    return {text(answer, "token"), text(answer, "refreshToken")};
  }
  Tokens log_in() { return tokens(service_.log_in("ana@example.com", password_)); }
  static std::string body_with(const std::string& refresh_token) {
    return boost::json::serialize(boost::json::object{{"refreshToken", refresh_token}});
  }
  testkit::Answer refresh(const std::string& token) { return service_.post("/refresh", body_with(token)); }
  bool valid(const std::string& access_token) { return service_.get("/validate", access_token).status == 200; }

  /// Makes the grace period of the refresh tokens expire.
  void age_used_tokens() {
    constexpr database::Statement age{"UPDATE refresh_token SET used_at = used_at - 11000000"};
    OpenDatabase(config_).change(age);
  }
  std::size_t revocations() { return service_.manage("/revocations").json().at("revocations").as_array().size(); }

  testkit::TemporaryFolder folder_;
  Config config_ = test_config(folder_);
  RunningService service_{config_};
  const std::string password_ = "seven purple violins";
  std::string id_;
};

TEST_F(SessionApi, GivesNewTokensForARefreshToken) {
  Tokens first = log_in();
  testkit::Answer answer = refresh(first.refresh);
  ASSERT_EQ(answer.status, 200) << answer.response.body;
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(answer.json().as_object().size(), 4U);
  EXPECT_EQ(answer.json().at("tokenType"), "Bearer");
  EXPECT_EQ(answer.json().at("expiresIn"), 900);
  Tokens second = tokens(answer);
  EXPECT_NE(second.refresh, first.refresh);
  EXPECT_NE(second.access, first.access);
  EXPECT_TRUE(valid(second.access));
  EXPECT_TRUE(valid(first.access)) << "until it ends by itself";
  EXPECT_EQ(refresh(second.refresh).status, 200);
}

TEST_F(SessionApi, GivesTheRolesTheUserHasNow) {
  Tokens first = log_in();
  constexpr database::Statement promote{"UPDATE users SET roles = 'ADMIN'"};
  OpenDatabase(config_).change(promote);
  testkit::Answer who = service_.get("/validate", tokens(refresh(first.refresh)).access);
  EXPECT_EQ(who.json().at("roles"), (boost::json::array{"ADMIN"}));
}

TEST_F(SessionApi, GivesASiblingToAClientThatRefreshesAgainAtOnce) {
  Tokens first = log_in();
  Tokens one = tokens(refresh(first.refresh));
  Tokens two = tokens(refresh(first.refresh));
  EXPECT_NE(one.refresh, two.refresh);
  EXPECT_EQ(refresh(one.refresh).status, 200);
  EXPECT_EQ(refresh(two.refresh).status, 200);
}

TEST_F(SessionApi, GivesEachOfManyParallelRefreshesATokenThatWorks) {
  Tokens first = log_in();
  std::vector<std::future<testkit::Answer>> answers;
  for (int i = 0; i < 20; ++i)
    answers.push_back(std::async(std::launch::async, [&] { return refresh(first.refresh); }));
  for (auto& answer : answers) EXPECT_EQ(refresh(tokens(answer.get()).refresh).status, 200);
}

TEST_F(SessionApi, EndsEverywhereWhenAUsedRefreshTokenComesBack) {
  Tokens other = log_in();
  Tokens first = log_in();
  Tokens second = tokens(refresh(first.refresh));
  age_used_tokens();
  EXPECT_EQ(refresh(first.refresh).status, 401);
  EXPECT_EQ(refresh(second.refresh).status, 401) << "the thief's as the client's";
  EXPECT_FALSE(valid(first.access));
  EXPECT_FALSE(valid(second.access));
  EXPECT_EQ(revocations(), 1U);
  EXPECT_EQ(refresh(first.refresh).status, 401);
  EXPECT_EQ(revocations(), 1U) << "once is enough";
  EXPECT_TRUE(valid(other.access));
  EXPECT_EQ(refresh(other.refresh).status, 200);
}

TEST_F(SessionApi, IsNotRefreshedOnceItHasExpired) {
  Tokens first = log_in();
  constexpr database::Statement expire{"UPDATE session SET expires_at = created_at"};
  OpenDatabase(config_).change(expire);
  EXPECT_EQ(refresh(first.refresh).status, 401);
  EXPECT_EQ(revocations(), 0U);
}

TEST_F(SessionApi, IsNotLengthenedByARefresh) {
  Tokens first = log_in();
  tokens(refresh(first.refresh));
  constexpr database::Statement select{"SELECT expires_at - created_at FROM session"};
  database::Rows rows = OpenDatabase(config_).query(select);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].integer(0), std::chrono::microseconds(720h).count());
}

TEST_F(SessionApi, IsNotOutlivedByItsAccessTokens) {
  Tokens first = log_in();
  constexpr database::Statement near_its_end{
      "UPDATE session SET expires_at = (SELECT MAX(issued_at) FROM refresh_token) + 60000000"};
  OpenDatabase(config_).change(near_its_end);
  testkit::Answer answer = refresh(first.refresh);
  ASSERT_EQ(answer.status, 200) << answer.response.body;
  EXPECT_LE(answer.json().at("expiresIn").as_int64(), 60);
}

TEST_F(SessionApi, IsNotRefreshedForADisabledUser) {
  Tokens first = log_in();
  constexpr database::Statement disable{"UPDATE users SET enabled = 0"};
  OpenDatabase(config_).change(disable);
  EXPECT_EQ(refresh(first.refresh).status, 401);
}

TEST_F(SessionApi, TellsNobodyWhyARefreshFailed) {
  Tokens first = log_in();
  service_.post("/logout", "", first.access);
  auto told = [](const testkit::Answer& answer) {
    boost::json::value problem = answer.json();
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    problem.as_object().erase("traceId");
    return problem;
  };
  auto ended = told(refresh(first.refresh));
  EXPECT_EQ(ended.at("detail"), "the refresh token is not valid");
  EXPECT_EQ(told(refresh("unknown")), ended);
  EXPECT_EQ(told(refresh(hash_refresh_token(first.refresh))), ended) << "what a stolen database holds opens nothing";
  EXPECT_EQ(told(refresh(first.access)), ended);
}

TEST_F(SessionApi, RefusesARefreshWithoutItsToken) {
  for (std::string body : {"{}", R"({"refreshToken":""})", R"({"refreshToken":7})", R"({"refreshToken":null})"}) {
    testkit::Answer answer = service_.post("/refresh", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.problem_fields(), std::vector<std::string>{"refreshToken"}) << body;
  }
  EXPECT_EQ(service_.post_of_type("application/json", "/refresh", "").status, 400);
  EXPECT_EQ(service_.post("/refresh", R"({"refreshToken":"x","more":1})").problem_fields(),
            std::vector<std::string>{"more"});
  EXPECT_EQ(service_.post_of_type("text/plain", "/refresh", body_with("x")).status, 415);
}

TEST_F(SessionApi, EndsWhenItsUserLogsOut) {
  Tokens other = log_in();
  Tokens mine = log_in();
  testkit::Answer answer = service_.post("/logout", "", mine.access);
  EXPECT_EQ(answer.status, 204) << answer.response.body;
  EXPECT_EQ(answer.response.body, "");
  EXPECT_FALSE(valid(mine.access));
  EXPECT_EQ(refresh(mine.refresh).status, 401);
  EXPECT_EQ(revocations(), 1U);
  EXPECT_TRUE(valid(other.access));
  EXPECT_EQ(refresh(other.refresh).status, 200);
}

TEST_F(SessionApi, EndsWithTheRefreshTokenHandedIn) {
  Tokens other_device = log_in();
  Tokens mine = log_in();
  EXPECT_EQ(service_.post("/logout", body_with(other_device.refresh), mine.access).status, 204);
  EXPECT_FALSE(valid(mine.access));
  EXPECT_FALSE(valid(other_device.access));
  EXPECT_EQ(refresh(other_device.refresh).status, 401);
  EXPECT_EQ(revocations(), 2U);
}

TEST_F(SessionApi, OfSomebodyElseIsNotEndedByALogout) {
  service_.make_user("bob@example.com", password_, {clinic::Role::admin});
  Tokens bobs = tokens(service_.log_in("bob@example.com", password_));
  Tokens mine = log_in();
  EXPECT_EQ(service_.post("/logout", body_with(bobs.refresh), mine.access).status, 204);
  EXPECT_TRUE(valid(bobs.access));
  EXPECT_EQ(refresh(bobs.refresh).status, 200);
  EXPECT_FALSE(valid(mine.access));
}

TEST_F(SessionApi, EndsWithAnUnknownRefreshTokenToo) {
  Tokens mine = log_in();
  EXPECT_EQ(service_.post("/logout", R"({"refreshToken":7})", mine.access).status, 400);
  EXPECT_EQ(service_.post("/logout", R"({"token":"x"})", mine.access).problem_fields(),
            std::vector<std::string>{"token"});
  EXPECT_TRUE(valid(mine.access));
  EXPECT_EQ(service_.post("/logout", body_with("unknown"), mine.access).status, 204);
  EXPECT_FALSE(valid(mine.access));
}

TEST_F(SessionApi, LetsNobodyLogOutWithoutAToken) {
  EXPECT_EQ(service_.post("/logout", "").status, 401);
  Tokens mine = log_in();
  service_.post("/logout", "", mine.access);
  EXPECT_EQ(service_.post("/logout", "", mine.access).status, 401) << "it ended with the session";
}

TEST_F(SessionApi, TellsAUserWhatIsKnownOfThem) {
  EXPECT_EQ(service_.get("/me").status, 401);
  testkit::Answer answer = service_.get("/me", log_in().access);
  ASSERT_EQ(answer.status, 200) << answer.response.body;
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(answer.json().as_object().size(), 5U);
  EXPECT_EQ(text(answer, "id"), id_);
  EXPECT_EQ(text(answer, "email"), "ana@example.com");
  EXPECT_EQ(answer.json().at("roles"), (boost::json::array{"CLINICIAN"}));
  EXPECT_EQ(answer.json().at("enabled"), true);
  auto created = core::parse_timestamp(text(answer, "createdAt"));
  ASSERT_TRUE(created);
  EXPECT_LT(core::system_clock().now() - *created, 1min);
}

TEST_F(SessionApi, OfADeletedUserShowsNobody) {
  Tokens mine = log_in();
  constexpr database::Statement remove{"DELETE FROM users"};
  OpenDatabase(config_).change(remove);
  EXPECT_EQ(service_.get("/me", mine.access).status, 404);
  EXPECT_EQ(refresh(mine.refresh).status, 401);
}

}  // namespace
}  // namespace pms::auth
