// Tests that at least one enabled administrator always remains.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <utility>
#include <vector>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"

namespace pms::auth {
namespace {

class LastAdmin : public testing::Test {
 protected:
  struct Admin {
    std::string id;
    std::string token;
  };
  Admin make(RunningService& service, const std::string& email) {
    std::string id = service.make_user(email, "seven purple violins", {clinic::Role::admin, clinic::Role::auditor});
    return {id, text(service.log_in(email, "seven purple violins"), "token")};
  }

  static inline const std::vector<std::pair<std::string, std::string>> ways_out{
      {"PATCH", R"({"enabled":false})"}, {"PATCH", R"({"roles":["CLINICIAN","AUDITOR"]})"}, {"DELETE", ""}};

  std::int64_t enabled_admins() {
    constexpr database::Statement count{"SELECT COUNT(*) FROM users WHERE enabled = 1 AND roles LIKE '%ADMIN%'"};
    return OpenDatabase(config_).query(count).at(0).integer(0);
  }

  testkit::TemporaryFolder folder_;
  Config config_ = test_config(folder_);
  RunningService service_{config_};
};

TEST_F(LastAdmin, CanNotGo) {
  Admin root = make(service_, "root@example.com");
  service_.make_user("auditor@example.com", "seven purple violins", {clinic::Role::auditor});
  for (const auto& [method, body] : ways_out) {
    testkit::Answer answer = service_.send(method, "/users/" + root.id, body, root.token);
    EXPECT_EQ(answer.status, 409) << method << body;
    EXPECT_NE(answer.response.body.find("last enabled user with the role ADMIN"), std::string::npos)
        << answer.response.body;
  }
  EXPECT_EQ(service_.get("/me", root.token).status, 200) << "nothing has changed, no token is void";
  EXPECT_EQ(service_.manage("/revocations").json().at("last"), 0);
}

TEST_F(LastAdmin, IsNotReplacedByADisabledOne) {
  Admin root = make(service_, "root@example.com");
  Admin other = make(service_, "other@example.com");
  ASSERT_EQ(service_.send("PATCH", "/users/" + other.id, R"({"enabled":false})", root.token).status, 200);
  for (const auto& [method, body] : ways_out)
    EXPECT_EQ(service_.send(method, "/users/" + root.id, body, root.token).status, 409) << method << body;
}

TEST_F(LastAdmin, MayChangeOtherwise) {
  Admin root = make(service_, "root@example.com");
  EXPECT_EQ(service_.send("PATCH", "/users/" + root.id, R"({"roles":["ADMIN"],"enabled":true})", root.token).status,
            200);
}

TEST_F(LastAdmin, MayGoWhenThereIsAnother) {
  for (const auto& [method, body] : ways_out) {
    Admin root = make(service_, "root@example.com");
    Admin other = make(service_, "other@example.com");
    EXPECT_LT(service_.send(method, "/users/" + root.id, body, root.token).status, 300) << method << body;
    constexpr database::Statement remove{"DELETE FROM users"};
    OpenDatabase(config_).change(remove);
  }
}

TEST_F(LastAdmin, IsLeftWhenTwoGoAtOnceThroughTwoReplicas) {
  RunningService replica(config_);
  for (int round = 0; round < 10; ++round) {
    const auto& [method, body] = ways_out[static_cast<std::size_t>(round) % ways_out.size()];
    Admin one = make(service_, "one@example.com");
    Admin two = make(replica, "two@example.com");
    auto leave = [&method = method, &body = body](RunningService& service, const Admin& admin) {
      return service.send(method, "/users/" + admin.id, body, admin.token).status;
    };
    auto first = std::async(std::launch::async, [&] { return leave(service_, one); });
    auto second = std::async(std::launch::async, [&] { return leave(replica, two); });
    std::vector<int> statuses{first.get(), second.get()};
    EXPECT_EQ(std::ranges::count(statuses, 409), 1) << round << ": " << statuses[0] << ", " << statuses[1];
    EXPECT_EQ(enabled_admins(), 1);
    constexpr database::Statement remove{"DELETE FROM users"};
    OpenDatabase(config_).change(remove);
  }
}

}  // namespace
}  // namespace pms::auth
