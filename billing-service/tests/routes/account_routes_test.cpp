#include "routes/account_routes.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <cstddef>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <optional>
#include <string>
#include <utility>

#include "accounts_fixture.hpp"
#include "clinic/caller.hpp"
#include "clinic/permissions.hpp"
#include "core/time.hpp"
#include "http/client.hpp"
#include "http/server.hpp"
#include "rest/router.hpp"

namespace pms::billing {
namespace {

using clinic::Role;

class AccountsApi : public BillingAccounts {
 protected:
  void SetUp() override {
    BillingAccounts::SetUp();
    tokens_.set_keys(security::KeySet({key_.public_key()}));
    mount_accounts(api_, find_);
    const auto bound = server_.bind();
    ASSERT_TRUE(bound) << bound.error().message;
    server_.start();
  }
  void TearDown() override { loop_.run(server_.drain(soon())); }

  struct Answer {
    int status = 0;
    boost::json::value body;
    std::string field(std::size_t index = 0) const {
      return std::string(body.at("errors").at(index).at("field").as_string());
    }
  };
  /// Sends a GET request as a user with this role; without a role, no token is sent.
  Answer get(const std::string& path, std::optional<Role> role = Role::billing) {
    http::ClientRequest request;
    request.url = fmt::format("http://127.0.0.1:{}{}", server_.port(), path);
    if (role) request.fields.emplace_back("Authorization", "Bearer " + token(*role));
    auto response = loop_.run(http::fetch(std::move(request), soon()));
    EXPECT_TRUE(response) << response.error().message;
    if (!response) return {};
    return {response->status, boost::json::parse(response->body)};
  }
  std::string token(Role role) {
    clinic::Caller caller{.user_id = "u1",
                          .session = "s1",
                          .token_id = "t1",
                          .email = "ana@example.com",
                          .roles = {role},
                          .permissions = {},
                          .issued_at = clock_.now(),
                          .expires_at = clock_.now() + 15min};
    return security::sign_token(caller, {}, key_);
  }

  security::SigningKey key_ = security::SigningKey::generate();
  security::TokenVerifier tokens_{{}, clock_};
  boost::asio::io_context* io_[1] = {&loop_.context()};
  rest::Router api_{"billing-test", &tokens_};
  http::Server server_{http::ServerSettings{.service = "billing-test"}, io_, api_};
};

TEST_F(AccountsApi, ReturnsTheAccountOfAPatient) {
  const auto made = create("p1", "Zoë \"Z\"", 1);
  const auto answer = get("/accounts?patientId=p1");
  EXPECT_EQ(answer.status, 200);
  const boost::json::value expected = {{"accounts",
                                        {{{"id", made->id},
                                          {"patientId", "p1"},
                                          {"name", "Zoë \"Z\""},
                                          {"email", "ada@example.com"},
                                          {"status", "ACTIVE"},
                                          {"version", 1},
                                          {"createdAt", "2026-01-01T12:00:00.000000Z"},
                                          {"updatedAt", "2026-01-01T12:00:00.000000Z"}}}}};
  EXPECT_EQ(answer.body, expected);
}

TEST_F(AccountsApi, ReturnsAnEmptyListForAPatientWithoutOne) {
  const auto answer = get("/accounts?patientId=nobody");
  EXPECT_EQ(answer.status, 200);
  EXPECT_TRUE(answer.body.at("accounts").as_array().empty());
}

TEST_F(AccountsApi, FindsAPatientByAnEscapedId) {
  ASSERT_TRUE(create("a b&c", "Ada"));
  EXPECT_EQ(get("/accounts?patientId=a%20b%26c").body.at("accounts").as_array().size(), 1U);
}

TEST_F(AccountsApi, ReturnsAnAccountByItsId) {
  const auto made = create("p1", "Ada", 1);
  const auto answer = get("/accounts/" + made->id);
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body.at("id").as_string(), made->id);
  EXPECT_EQ(answer.body, get("/accounts?patientId=p1").body.at("accounts").at(0));
}

TEST_F(AccountsApi, ShowsAClosedAccountOfAnUnknownPatient) {
  PatientChange deletion = change(PatientChange::Kind::deleted, "p1", "", 2);
  deletion.name = std::nullopt;
  deletion.email = std::nullopt;
  apply(deletion);
  const auto account = get("/accounts?patientId=p1").body.at("accounts").at(0);
  EXPECT_EQ(account.at("status").as_string(), "CLOSED");
  EXPECT_TRUE(account.at("name").is_null());
  EXPECT_TRUE(account.at("email").is_null());
}

TEST_F(AccountsApi, AnswersNotFoundForAnUnknownAccount) {
  EXPECT_EQ(get("/accounts/" + core::uuid_v7().next()).status, 404);
}

TEST_F(AccountsApi, NamesTheParameterThatIsWrong) {
  const std::pair<std::string, std::string> wrong[] = {
      {"/accounts", "patientId"},
      {"/accounts?patientId=", "patientId"},
      {"/accounts?patientId=" + std::string(65, 'x'), "patientId"},
      {"/accounts?patientId=%FF", "patientId"},
      {"/accounts?patientId=p1&patientId=p2", "patientId"},
      {"/accounts?patientId=p1&colour=red", "colour"},
      {"/accounts/not-a-uuid", "id"},
  };
  for (const auto& [path, field] : wrong) {
    const auto answer = get(path);
    EXPECT_EQ(answer.status, 400) << path;
    EXPECT_EQ(answer.field(), field) << path;
  }
}

TEST_F(AccountsApi, IsForThoseWhoMayReadBilling) {
  const auto made = create("p1", "Ada", 1);
  for (const std::string& path : {std::string("/accounts?patientId=p1"), "/accounts/" + made->id}) {
    for (Role role : {Role::admin, Role::receptionist, Role::billing, Role::auditor})
      EXPECT_EQ(get(path, role).status, 200) << clinic::to_string(role);
    for (Role role : {Role::clinician, Role::analyst})
      EXPECT_EQ(get(path, role).status, 403) << clinic::to_string(role);
    EXPECT_EQ(get(path, std::nullopt).status, 401);
  }
}

}  // namespace
}  // namespace pms::billing
