// Tests GET and POST /users, GET and DELETE /users/{id}, and who may use them.
#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"
#include "core/time.hpp"
#include "core/uuid.hpp"

namespace pms::auth {
namespace {

class UsersApi : public testing::Test {
 protected:
  UsersApi() {
    service_.make_user("root@example.com", password_, {clinic::Role::admin});
    admin_ = token_of("root@example.com");
  }

  std::string token_of(const std::string& email) { return text(service_.log_in(email, password_), "token"); }
  testkit::Answer create(const std::string& email, const std::string& roles = R"(["CLINICIAN"])") {
    return service_.post(
        "/users", R"({"email":")" + email + R"(","password":")" + password_ + R"(","roles":)" + roles + "}", admin_);
  }
  std::vector<std::string> emails(const testkit::Answer& page) {
    EXPECT_EQ(page.status, 200) << page.response.body;
    std::vector<std::string> found;
    boost::json::value body = page.json();
    for (const auto& user : body.at("users").as_array()) found.emplace_back(user.at("email").as_string());
    return found;
  }

  testkit::TemporaryFolder folder_;
  Config config_ = test_config(folder_);
  RunningService service_{config_};
  const std::string password_ = "seven purple violins";
  std::string admin_;
};

TEST_F(UsersApi, MakesAUserWhoCanLogIn) {
  testkit::Answer answer = create("Ana@example.com", R"(["BILLING","CLINICIAN","BILLING"])");
  ASSERT_EQ(answer.status, 201) << answer.response.body;
  EXPECT_EQ(answer.header("Location"), "users/" + text(answer, "id"));
  EXPECT_EQ(answer.header("Cache-Control"), "no-store");
  EXPECT_EQ(answer.json().as_object().size(), 5U);
  EXPECT_TRUE(core::parse_uuid(text(answer, "id")));
  EXPECT_EQ(text(answer, "email"), "Ana@example.com");
  EXPECT_EQ(answer.json().at("roles"), (boost::json::array{"CLINICIAN", "BILLING"}));
  EXPECT_EQ(answer.json().at("enabled"), true);
  EXPECT_TRUE(core::parse_timestamp(text(answer, "createdAt")));
  EXPECT_EQ(service_.log_in("ana@example.com", password_).status, 200);
  testkit::Answer read = service_.get("/users/" + text(answer, "id"), admin_);
  EXPECT_EQ(read.status, 200);
  EXPECT_EQ(read.json(), answer.json());
}

TEST_F(UsersApi, MakesNoSecondUserWithOneEmail) {
  create("ana@example.com");
  testkit::Answer answer = create("ANA@example.com");
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.problem_fields(), std::vector<std::string>{"email"});
}

TEST_F(UsersApi, NamesEverythingThatIsWrongWithANewUser) {
  using Fields = std::vector<std::string>;
  const std::vector<std::pair<std::string, Fields>> bodies{
      {"{}", {"email", "password", "roles"}},
      {R"({"email":"ana","password":"short","roles":[],"name":"Ana"})", {"email", "name", "password", "roles"}},
      {R"({"email":null,"password":null,"roles":null})", {"email", "password", "roles"}},
      {R"({"email":"a@b.example","password":"seven purple violins","roles":["KING"]})", {"roles"}},
      {R"({"email":"a@b.example","password":"seven purple violins","roles":["admin"]})", {"roles"}},
      {R"({"email":"a@b.example","password":"seven purple violins","roles":"ADMIN"})", {"roles"}},
      {R"({"email":"a@b.example","password":"seven purple violins","roles":[7]})", {"roles"}},
      {R"({"email":"a@b.example","password":"password1234","roles":["ADMIN"]})", {"password"}}};
  for (const auto& [body, fields] : bodies) {
    testkit::Answer answer = service_.post("/users", body, admin_);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.problem_fields(), fields) << body;
  }
}

TEST_F(UsersApi, ListsByEmailPageByPage) {
  for (const char* email : {"dan@example.com", "Ana@example.com", "carla@example.com", "BEN@example.com"})
    create(email);
  testkit::Answer first = service_.get("/users?size=2", admin_);
  EXPECT_EQ(emails(first), (std::vector<std::string>{"Ana@example.com", "BEN@example.com"}));
  EXPECT_EQ(first.header("Cache-Control"), "no-store");
  EXPECT_EQ(first.json().as_object().size(), 5U);
  EXPECT_EQ(first.json().at("page"), 1);
  EXPECT_EQ(first.json().at("size"), 2);
  EXPECT_EQ(first.json().at("totalPages"), 3);
  EXPECT_EQ(first.json().at("totalElements"), 5);
  EXPECT_EQ(emails(service_.get("/users?size=2&page=3", admin_)), std::vector<std::string>{"root@example.com"});
  EXPECT_TRUE(emails(service_.get("/users?page=1000000000&size=100", admin_)).empty());
  EXPECT_EQ(emails(service_.get("/users", admin_)).size(), 5U);
  EXPECT_EQ(service_.get("/users", admin_).json().at("size"), 10);
}

TEST_F(UsersApi, RefusesAPageThatIsNone) {
  for (std::string query : {"page=0", "page=-1", "page=x", "page=", "page=1.5", "page=1000000001", "size=0", "size=101",
                            "size=ten", "sort=asc", "page=1&page=2"}) {
    testkit::Answer answer = service_.get("/users?" + query, admin_);
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_EQ(answer.problem_fields(), std::vector<std::string>{query.substr(0, 4)}) << query;
  }
  EXPECT_EQ(service_.get("/users?page=0&size=0", admin_).problem_fields(), (std::vector<std::string>{"page", "size"}));
}

TEST_F(UsersApi, KnowsNobodyByAnotherId) {
  for (const char* method : {"GET", "PATCH", "DELETE"}) {
    EXPECT_EQ(service_.send(method, "/users/019b0000-0000-7000-8000-000000000000", "{}", admin_).status, 404) << method;
    testkit::Answer bad = service_.send(method, "/users/ana", "{}", admin_);
    EXPECT_EQ(bad.status, 400) << method;
    EXPECT_EQ(bad.problem_fields(), std::vector<std::string>{"id"}) << method;
  }
}

TEST_F(UsersApi, ForgetsWhoeverIsDeleted) {
  std::string id = text(create("ana@example.com"), "id");
  testkit::Answer session = service_.log_in("ana@example.com", password_);
  EXPECT_EQ(service_.send("DELETE", "/users/" + id, "", admin_).status, 204);
  EXPECT_EQ(service_.get("/users/" + id, admin_).status, 404);
  EXPECT_EQ(service_.send("DELETE", "/users/" + id, "", admin_).status, 404);
  EXPECT_EQ(service_.get("/validate", text(session, "token")).status, 401);
  EXPECT_EQ(service_.post("/refresh", R"({"refreshToken":")" + text(session, "refreshToken") + R"("})").status, 401);
  EXPECT_EQ(service_.log_in("ana@example.com", password_).status, 401);
  EXPECT_EQ(create("ana@example.com").status, 201) << "the e-mail is free again";
}

TEST_F(UsersApi, LetsAuditorsReadAndOnlyAdministratorsChange) {
  std::string id = text(create("ana@example.com", R"(["AUDITOR"])"), "id");
  create("ben@example.com", R"(["CLINICIAN","RECEPTIONIST","BILLING","ANALYST"])");
  auto statuses = [&](const std::string& token) {
    const std::string user = R"({"email":"x@example.com","password":"seven purple violins","roles":["ADMIN"]})";
    return std::vector<int>{service_.get("/users", token).status, service_.get("/users/" + id, token).status,
                            service_.post("/users", user, token).status,
                            service_.send("PATCH", "/users/" + id, R"({"enabled":false})", token).status,
                            service_.send("DELETE", "/users/" + id, "", token).status};
  };
  EXPECT_EQ(statuses(""), (std::vector<int>{401, 401, 401, 401, 401}));
  EXPECT_EQ(statuses(token_of("ben@example.com")), (std::vector<int>{403, 403, 403, 403, 403}));
  EXPECT_EQ(statuses(token_of("ana@example.com")), (std::vector<int>{200, 200, 403, 403, 403}));
}

}  // namespace
}  // namespace pms::auth
