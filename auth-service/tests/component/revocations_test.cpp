// Tests the revocation feed on the management port, and that the service itself applies it.
#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <vector>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"

namespace pms::auth {
namespace {

using namespace std::chrono_literals;

class RevocationFeed : public testing::Test {
 protected:
  void revoke(std::int64_t number, const std::string& kind, const std::string& subject,
              std::chrono::microseconds lives = 15min) {
    auto expires_at = core::system_clock().now() + lives;
    database::Params params{number, kind, subject, expires_at.time_since_epoch().count()};
    constexpr database::Statement insert{
        "INSERT INTO revocation (number, kind, subject, version, expires_at) VALUES ($1, $2, $3, 2, $4)"};
    OpenDatabase(config_).change(insert, std::move(params));
  }
  std::vector<std::int64_t> numbers(const testkit::Answer& answer) {
    std::vector<std::int64_t> found;
    boost::json::value feed = answer.json();
    for (const auto& entry : feed.at("revocations").as_array()) found.push_back(entry.at("number").as_int64());
    return found;
  }

  testkit::TemporaryFolder folder_;
  Config config_ = test_config(folder_);
  RunningService service_{config_};
};

TEST_F(RevocationFeed, IsReadFromTheLastEntrySeen) {
  testkit::Answer empty = service_.manage("/revocations?after=0");
  EXPECT_EQ(empty.status, 200);
  EXPECT_EQ(empty.response.body, R"({"revocations":[],"last":0})");
  revoke(1, "session", "s1");
  revoke(2, "user", "u1");
  revoke(3, "session", "s3", -1s);
  testkit::Answer all = service_.manage("/revocations");
  EXPECT_EQ(numbers(all), (std::vector<std::int64_t>{1, 2})) << "the third has expired";
  EXPECT_EQ(all.json().at("last"), 3);
  EXPECT_EQ(numbers(service_.manage("/revocations?after=1")), (std::vector<std::int64_t>{2}));
  testkit::Answer rest = service_.manage("/revocations?after=2");
  EXPECT_EQ(numbers(rest), (std::vector<std::int64_t>{}));
  EXPECT_EQ(rest.json().at("last"), 3);
}

TEST_F(RevocationFeed, IsNotOnTheClientsPort) { EXPECT_EQ(service_.get("/revocations").status, 404); }

TEST_F(RevocationFeed, RefusesAPlaceThatIsNone) {
  for (std::string query :
       {"after=x", "after=-1", "after=", "after=1x", "after=99999999999999999999", "after=1&after=2", "before=1"}) {
    testkit::Answer answer = service_.manage("/revocations?" + query);
    EXPECT_EQ(answer.status, 400) << query;
    EXPECT_EQ(answer.problem_fields().size(), 1U) << query;
  }
}

TEST_F(RevocationFeed, IsHeededByTheServiceItself) {
  service_.make_user("ana@example.com", "seven purple violins", {clinic::Role::admin});
  std::string token(service_.log_in("ana@example.com", "seven purple violins").json().at("token").as_string());
  testkit::Answer who = service_.get("/validate", token);
  ASSERT_EQ(who.status, 200);
  revoke(1, "user", std::string(who.json().at("sub").as_string()));
  auto give_up = std::chrono::steady_clock::now() + 5s;
  while (service_.get("/validate", token).status == 200)
    ASSERT_LT(std::chrono::steady_clock::now(), give_up) << "revoked everywhere within five seconds";
  EXPECT_EQ(service_.get("/validate", token).status, 401);
}

}  // namespace
}  // namespace pms::auth
