// If-Match on PUT, PATCH and DELETE.
#include <fmt/format.h>
#include <future>
#include <map>
#include <string>
#include <vector>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"

namespace pms::patient {
namespace {

class ChangingUnderACondition : public RunningService {
 protected:
  ChangingUnderACondition() : path_("/patients/" + create({})) {}

  testkit::Answer send(const std::string& method, const std::string& if_match) {
    const std::string body = method == "DELETE" ? "" : PatientBody().json();
    return admin_.send(method, path_, body, {{"If-Match", if_match}});
  }

  const std::vector<std::string> methods_ = {"PUT", "PATCH", "DELETE"};
  const std::string path_;
  testkit::ApiClient admin_ = client_of({clinic::Role::admin});
};

TEST_F(ChangingUnderACondition, WorksForTheCurrentVersionAloneInAListAndForAny) {
  for (const std::string method : {"PUT", "PATCH"}) {
    for (const std::string pattern : {"{}", "\"a,b\", {}, \"0\"", "*"}) {
      const std::string current = get(path_).header("ETag");
      EXPECT_EQ(send(method, fmt::format(fmt::runtime(pattern), current)).status, 200) << method << pattern;
    }
  }
  EXPECT_EQ(get(path_).header("ETag"), "\"7\"");
  EXPECT_EQ(send("DELETE", "\"7\"").status, 204);
}

TEST_F(ChangingUnderACondition, IsRefusedForAnyOtherTag) {
  for (const std::string& method : methods_) {
    for (const std::string tag : {"\"2\"", "W/\"1\"", "\"11\"", "\"one\"", "\"01\"", "\"0\", \"2\""}) {
      const auto answer = send(method, tag);
      EXPECT_EQ(answer.status, 412) << method << tag << answer.response.body;
      EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    }
  }
  EXPECT_EQ(get(path_).header("ETag"), "\"1\"");
  EXPECT_EQ(events(1).size(), 1U);
}

TEST_F(ChangingUnderACondition, IsRefusedByNameWhenItIsNoCondition) {
  for (const std::string& method : methods_) {
    for (const std::string value : {"1", "\"1", "*, \"1\"", ","}) {
      const auto answer = send(method, value);
      EXPECT_EQ(answer.status, 400) << method << value;
      EXPECT_EQ(answer.problem_fields(), std::vector<std::string>{"If-Match"}) << method << value;
    }
  }
  EXPECT_EQ(get(path_).header("ETag"), "\"1\"");
}

TEST_F(ChangingUnderACondition, IsDecidedBeforeAClashOfEmails) {
  create({.email = "bob@example.com"});
  const std::string body = R"({"email":"bob@example.com"})";
  EXPECT_EQ(admin_.send("PATCH", path_, body, {{"If-Match", "\"2\""}}).status, 412);
  EXPECT_EQ(admin_.send("PATCH", path_, body, {{"If-Match", "\"1\""}}).status, 409);
}

TEST_F(ChangingUnderACondition, IsRefusedWhenIfNoneMatchNamesWhatIsThere) {
  const auto send_unless = [&](const std::string& method, const std::string& known) {
    const std::string body = method == "DELETE" ? "" : PatientBody().json();
    return admin_.send(method, path_, body, {{"If-None-Match", known}}).status;
  };
  for (const std::string& method : methods_)
    for (const std::string known : {"*", "\"1\"", "W/\"1\"", "\"0\", \"1\""})
      EXPECT_EQ(send_unless(method, known), 412) << method << known;
  EXPECT_EQ(get(path_).header("ETag"), "\"1\"");
  EXPECT_EQ(send_unless("PUT", "\"7\""), 200);
  EXPECT_EQ(send_unless("PATCH", "\"1\""), 200);
  EXPECT_EQ(send_unless("DELETE", "\"1\""), 204);
  EXPECT_EQ(send_unless("PUT", "*"), 404);
}

TEST_F(ChangingUnderACondition, LetsOneOfManyWritersWin) {
  std::vector<std::future<testkit::Answer>> asked;
  for (int i = 0; i < 50; ++i)
    asked.push_back(
        admin_.start("PATCH", path_, fmt::format("{{\"name\":\"Writer {}\"}}", i), {{"If-Match", "\"1\""}}));
  std::map<int, int> statuses;
  std::string winner;
  for (auto& asking : asked) {
    const auto answer = asking.get();
    ++statuses[answer.status];
    if (answer.status == 200) winner = answer.json().at("name").as_string();
  }
  EXPECT_EQ(statuses, (std::map<int, int>{{200, 1}, {412, 49}}));
  EXPECT_EQ(std::string(get(path_).json().at("name").as_string()), winner);
  EXPECT_EQ(get(path_).header("ETag"), "\"2\"");
}

}  // namespace
}  // namespace pms::patient
