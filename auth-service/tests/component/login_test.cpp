// Tests POST /login, GET /validate and the key set from a client's point of view.
#include <algorithm>
#include <chrono>
#include <ctime>
#include <gtest/gtest.h>
#include <limits>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"
#include "core/uuid.hpp"
#include "domain/session.hpp"
#include "security/access_token.hpp"
#include "security/token_verifier.hpp"

namespace pms::auth {
namespace {

using namespace std::chrono_literals;

class AuthApi : public testing::Test {
 protected:
  AuthApi() {
    id_ = service_.make_user("ana@example.com", password_, {clinic::Role::clinician, clinic::Role::billing});
  }

  testkit::Answer log_in() { return service_.log_in("ana@example.com", password_); }
  std::string token() { return std::string(log_in().json().at("token").as_string()); }

  testkit::TemporaryFolder folder_;
  Config config_ = test_config(folder_);
  RunningService service_{config_};
  const std::string password_ = "seven purple violins";
  std::string id_;
};

TEST_F(AuthApi, GivesAnAccessAndARefreshToken) {
  testkit::Answer answer = log_in();
  ASSERT_EQ(answer.status, 200) << answer.response.body;
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(answer.json().as_object().size(), 4U);
  EXPECT_EQ(answer.json().at("tokenType"), "Bearer");
  EXPECT_EQ(answer.json().at("expiresIn"), 900);
  EXPECT_EQ(answer.json().at("refreshToken").as_string().size(), 43U);
}

TEST_F(AuthApi, SignsTokensThatThePublishedKeysVerify) {
  testkit::Answer jwks = service_.get("/.well-known/jwks.json");
  ASSERT_EQ(jwks.status, 200);
  EXPECT_EQ(jwks.header("Content-Type"), "application/jwk-set+json");
  EXPECT_EQ(jwks.header("Cache-Control"), "public, max-age=600");
  EXPECT_EQ(jwks.response.body.find("\"d\""), std::string::npos);

  security::TokenVerifier verifier({}, core::system_clock());
  verifier.set_keys(security::KeySet::parse(jwks.response.body).value());
  auto caller = verifier.verify(token());
  ASSERT_TRUE(caller);
  EXPECT_EQ((*caller)->user_id, id_);
  EXPECT_EQ((*caller)->email, "ana@example.com");
  EXPECT_EQ((*caller)->roles, (clinic::Roles{clinic::Role::clinician, clinic::Role::billing}));
  EXPECT_TRUE(core::parse_uuid((*caller)->session));
  EXPECT_TRUE(core::parse_uuid((*caller)->token_id));
  EXPECT_EQ((*caller)->expires_at - (*caller)->issued_at, 15min);
  EXPECT_LT(core::system_clock().now() - (*caller)->issued_at, 20s);
}

TEST_F(AuthApi, BeginsASessionWhoseRefreshTokenIsStoredHashed) {
  testkit::Answer answer = log_in();
  std::string refresh_token(answer.json().at("refreshToken").as_string());
  security::TokenVerifier verifier({}, core::system_clock());
  verifier.set_keys(security::KeySet::parse(service_.get("/.well-known/jwks.json").response.body).value());
  auto caller = verifier.verify(answer.json().at("token").as_string()).value();

  constexpr database::Statement select{R"(
    SELECT r.token_hash, r.session_id, r.parent_hash, r.used_at, s.user_id, s.ended_at, s.expires_at - s.created_at
    FROM refresh_token r JOIN session s ON s.id = r.session_id)"};
  database::Rows rows = OpenDatabase(config_).query(select);
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows[0].text(0), hash_refresh_token(refresh_token));
  EXPECT_NE(rows[0].text(0), refresh_token);
  EXPECT_EQ(rows[0].text(1), caller->session);
  EXPECT_TRUE(rows[0].is_null(2));
  EXPECT_TRUE(rows[0].is_null(3));
  EXPECT_EQ(rows[0].text(4), id_);
  EXPECT_TRUE(rows[0].is_null(5));
  EXPECT_EQ(rows[0].integer(6), std::chrono::microseconds(720h).count());
}

TEST_F(AuthApi, KnowsAnEmailInAnyCase) { EXPECT_EQ(service_.log_in("ANA@Example.COM", password_).status, 200); }

TEST_F(AuthApi, TellsNobodyWhyALoginFailed) {
  service_.make_user("blocked@example.com", password_, {clinic::Role::admin});
  constexpr database::Statement disable{"UPDATE users SET enabled = 0 WHERE email = 'blocked@example.com'"};
  OpenDatabase(config_).change(disable);

  auto told = [](const testkit::Answer& answer) {
    boost::json::value problem = answer.json();
    EXPECT_EQ(answer.status, 401);
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    EXPECT_TRUE(answer.header("WWW-Authenticate").starts_with("Bearer"));
    problem.as_object().erase("traceId");
    return problem;
  };
  auto wrong = told(service_.log_in("ana@example.com", "seven purple violas"));
  EXPECT_EQ(wrong.at("detail"), "the e-mail or the password is wrong");
  EXPECT_EQ(told(service_.log_in("nobody@example.com", password_)), wrong);
  EXPECT_EQ(told(service_.log_in("blocked@example.com", password_)), wrong);
}

TEST(AuthService, SpendsAsMuchOnAnUnknownUserAsOnAWrongPassword) {
  testkit::TemporaryFolder folder;
  Config config = test_config(folder);
  config.password.memory_kib = 16'384;  // far more than everything else that a login needs
  config.password.passes = 4;
  RunningService service(config);
  service.make_user("ana@example.com", "seven purple violins", {clinic::Role::admin});
  service.make_user("blocked@example.com", "seven purple violins", {clinic::Role::admin});
  constexpr database::Statement disable{"UPDATE users SET enabled = 0 WHERE email = 'blocked@example.com'"};
  OpenDatabase(config).change(disable);

  auto cost = [&service](const std::string& email) {
    auto best = std::numeric_limits<std::clock_t>::max();
    for (int i = 0; i < 3; ++i) {
      std::clock_t begin = std::clock();
      EXPECT_EQ(service.log_in(email, "wrong password").status, 401);
      best = std::min(best, std::clock() - begin);
    }
    return best;
  };
  std::clock_t known = cost("ana@example.com");
  for (const char* other : {"nobody@example.com", "blocked@example.com"}) {
    std::clock_t spent = cost(other);
    EXPECT_GT(spent * 2, known) << other;
    EXPECT_LT(spent, known * 2) << other;
  }
}

TEST_F(AuthApi, NamesEveryFieldThatIsWrong) {
  using Fields = std::vector<std::string>;
  const std::vector<std::pair<std::string, Fields>> bodies{
      {R"({})", {"email", "password"}},
      {R"({"password":"x"})", {"email"}},
      {R"({"email":"ana@example.com"})", {"password"}},
      {R"({"email":"ana@example.com","password":""})", {"password"}},
      {R"({"email":"ana","password":"x"})", {"email"}},
      {R"({"email":7,"password":null})", {"email", "password"}},
      {R"({"email":["ana@example.com"],"password":{}})", {"email", "password"}},
      {R"({"email":"ana@example.com","password":"x","remember":true})", {"remember"}},
  };
  for (const auto& [body, fields] : bodies) {
    testkit::Answer answer = service_.post("/login", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json") << body;
    EXPECT_EQ(answer.problem_fields(), fields) << body;
  }
}

TEST_F(AuthApi, RefusesABodyThatIsNoJsonObject) {
  for (const std::string& body :
       {std::string(), std::string("{"), std::string("[]"), std::string("null"), std::string("email=ana"),
        std::string(R"({"email":"a","email":"b"})"), std::string("{\"email\":\"a@b.c\",\"password\":\"\xff\"}"),
        std::string(R"({"email":"a@b.c","password":"\ud800"})")})
    EXPECT_EQ(service_.post_of_type("application/json", "/login", body).status, 400) << body;
  EXPECT_EQ(service_.post_of_type("application/x-www-form-urlencoded", "/login", "email=ana").status, 415);
  EXPECT_EQ(service_.post("/login", R"({"email":")" + std::string(16 * 1024, 'x') + R"("})").status, 413);
  EXPECT_EQ(service_.get("/login").status, 405);
}

TEST_F(AuthApi, SaysWhoseTokenItIs) {
  testkit::Answer answer = service_.get("/validate", token());
  ASSERT_EQ(answer.status, 200) << answer.response.body;
  EXPECT_EQ(answer.json().as_object().size(), 4U);
  EXPECT_EQ(answer.json().at("sub").as_string(), id_);
  EXPECT_EQ(answer.json().at("email"), "ana@example.com");
  EXPECT_EQ(answer.json().at("roles"), (boost::json::array{"CLINICIAN", "BILLING"}));
  auto lives = std::chrono::seconds(answer.json().at("exp").as_int64()) - core::system_clock().now().time_since_epoch();
  EXPECT_GT(lives, 14min);
  EXPECT_LE(lives, 15min);
}

TEST_F(AuthApi, RefusesATokenItDidNotSign) {
  EXPECT_EQ(service_.get("/validate").status, 401);
  EXPECT_EQ(service_.get("/validate", "token").status, 401);
  std::string changed = token();
  changed[changed.size() / 2] = changed[changed.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_EQ(service_.get("/validate", changed).status, 401);
}

TEST_F(AuthApi, IsReadyAndAlive) {
  EXPECT_EQ(service_.manage("/readyz").status, 200);
  EXPECT_EQ(service_.manage("/livez").status, 200);
}

TEST(AuthService, KeepsItsKeyAndItsUsersOverARestart) {
  testkit::TemporaryFolder folder;
  Config config = test_config(folder);
  std::string token;
  std::string jwks;
  {
    RunningService first(config);
    first.make_user("ana@example.com", "seven purple violins", {clinic::Role::admin});
    token = first.log_in("ana@example.com", "seven purple violins").json().at("token").as_string();
    jwks = first.get("/.well-known/jwks.json").response.body;
  }
  RunningService second(config);
  EXPECT_EQ(second.get("/.well-known/jwks.json").response.body, jwks);
  EXPECT_EQ(second.get("/validate", token).status, 200);
  EXPECT_EQ(second.log_in("ana@example.com", "seven purple violins").status, 200);
}

TEST(AuthService, SettlesOnOneKeyWhenTwoStartAtOnce) {
  testkit::TemporaryFolder folder;
  Config config = test_config(folder);
  auto start = [&config] { return std::make_unique<RunningService>(config); };
  auto one = std::async(std::launch::async, start);
  auto two = std::async(std::launch::async, start);
  auto first = one.get();
  auto second = two.get();
  first->make_user("ana@example.com", "seven purple violins", {clinic::Role::admin});
  std::string token(first->log_in("ana@example.com", "seven purple violins").json().at("token").as_string());
  EXPECT_EQ(second->get("/validate", token).status, 200);
}

TEST(AuthService, DoesNotStartWithAnotherSecretAndSaysWhy) {
  testkit::TemporaryFolder folder;
  Config config = test_config(folder);
  config.keys_secret.value = "correct horse";
  {
    RunningService first(config);
  }
  config.keys_secret.value = "wrong horse";
  try {
    RunningService second(config);
    FAIL() << "started";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string_view(error.what()).find("auth.keys.secret"), std::string_view::npos) << error.what();
  }
}

}  // namespace
}  // namespace pms::auth
