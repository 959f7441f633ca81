// Tests the responses to a client after too many wrong passwords for one e-mail.
#include <gtest/gtest.h>
#include <string>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"

namespace pms::auth {
namespace {

class GuessedPassword : public testing::Test {
 protected:
  GuessedPassword() { service_.make_user("ana@example.com", password_, {clinic::Role::clinician}); }

  testkit::Answer guess(const std::string& email) { return service_.log_in(email, "a wrong password"); }
  /// Returns the response to the sixth guess.
  testkit::Answer blocked(const std::string& email) {
    for (int i = 0; i < 5; ++i) EXPECT_EQ(guess(email).status, 401) << i;
    return guess(email);
  }
  int logins(const std::string& outcome) {
    std::string text = service_.manage("/metrics").response.body;
    std::string line = "\nauthentication_logins_total{outcome=\"" + outcome + "\"} ";
    auto at = text.find(line);
    return at == std::string::npos ? 0 : std::stoi(text.substr(at + line.size()));
  }

  testkit::TemporaryFolder folder_;
  Config config_ = test_config(folder_);
  RunningService service_{config_};
  const std::string password_ = "seven purple violins";
};

TEST_F(GuessedPassword, AnswersWithTheTimeToWait) {
  testkit::Answer answer = blocked("ana@example.com");
  EXPECT_EQ(answer.status, 429);
  EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
  int seconds = std::stoi(answer.header("Retry-After"));
  EXPECT_GE(seconds, 1);
  EXPECT_LE(seconds, 30);
  EXPECT_EQ(service_.log_in("ana@example.com", password_).status, 429) << "with the right password too";
}

TEST_F(GuessedPassword, SaysTheSameOfSomebodyUnknown) {
  auto told = [](const testkit::Answer& answer) {
    boost::json::value problem = answer.json();
    problem.as_object().erase("traceId");
    return problem;
  };
  testkit::Answer known = blocked("ana@example.com");
  testkit::Answer unknown = blocked("nobody@example.com");
  EXPECT_EQ(unknown.status, 429);
  EXPECT_EQ(told(unknown), told(known));
}

TEST_F(GuessedPassword, EndsNoSessionThatIsThere) {
  testkit::Answer tokens = service_.log_in("ana@example.com", password_);
  blocked("ana@example.com");
  EXPECT_EQ(service_.get("/me", text(tokens, "token")).status, 200);
  EXPECT_EQ(service_.post("/refresh", R"({"refreshToken":")" + text(tokens, "refreshToken") + R"("})").status, 200);
}

TEST_F(GuessedPassword, IsCountedByOutcome) {
  int accepted = logins("accepted");
  int refused = logins("refused");
  int throttled = logins("throttled");
  service_.log_in("ana@example.com", password_);
  blocked("ana@example.com");
  EXPECT_EQ(logins("accepted"), accepted + 1);
  EXPECT_EQ(logins("refused"), refused + 5);
  EXPECT_EQ(logins("throttled"), throttled + 1);
}

}  // namespace
}  // namespace pms::auth
