// GET /patients/{id}.
#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"

namespace pms::patient {
namespace {

using clinic::Role;

using ReadingAPatient = RunningService;

TEST_F(ReadingAPatient, AnswersAsItWasCreated) {
  auto created = post({}).json().as_object();
  created.erase("billingAccount");
  const auto answer = get("/patients/" + std::string(created.at("id").as_string()));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json(), boost::json::value(created));
  EXPECT_EQ(answer.header("ETag"), "\"1\"");
}

TEST_F(ReadingAPatient, TakesTheIdInAnyCase) {
  std::string id = create({});
  std::ranges::transform(id, id.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  EXPECT_EQ(get("/patients/" + id).status, 200);
}

TEST_F(ReadingAPatient, AnswersNotModifiedToWhoHasThisVersion) {
  const std::string path = "/patients/" + create({});
  for (const std::string known : {"\"1\"", "W/\"1\"", "\"0\", \"1\"", "*"}) {
    const auto answer = get(path, {{"If-None-Match", known}});
    EXPECT_EQ(answer.status, 304) << known;
    EXPECT_EQ(answer.header("ETag"), "\"1\"") << known;
    EXPECT_TRUE(answer.response.body.empty()) << known;
  }
  for (const std::string other : {"\"2\"", "1", "\"11\""})
    EXPECT_EQ(get(path, {{"If-None-Match", other}}).status, 200) << other;
}

TEST_F(ReadingAPatient, TakesSeveralFieldsAsOneListOfKnownVersions) {
  const std::string path = "/patients/" + create({});
  EXPECT_EQ(get(path, {{"If-None-Match", "\"7\""}, {"If-None-Match", "\"1\""}}).status, 304);
  EXPECT_EQ(get(path, {{"If-None-Match", "\"7\""}, {"If-None-Match", "\"8\""}}).status, 200);
}

TEST_F(ReadingAPatient, AnswersTheNewVersionToWhoHasAnOldOne) {
  const std::string path = "/patients/" + create({});
  ASSERT_EQ(client().send("PATCH", path, R"({"name":"Zoë"})").status, 200);
  const auto answer = get(path, {{"If-None-Match", "\"1\""}});
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("ETag"), "\"2\"");
}

TEST_F(ReadingAPatient, IsRefusedWhoAsksForAnotherVersion) {
  const std::string path = "/patients/" + create({});
  for (const std::string version : {"\"1\"", "\"7\", \"1\"", "*"})
    EXPECT_EQ(get(path, {{"If-Match", version}}).status, 200) << version;
  for (const std::string version : {"\"2\"", "W/\"1\""}) {
    const auto answer = get(path, {{"If-Match", version}, {"If-None-Match", "\"1\""}});
    EXPECT_EQ(answer.status, 412) << version;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
  }
  EXPECT_EQ(get(path, {{"If-Match", "1"}}).problem_fields(), std::vector<std::string>{"If-Match"});
  EXPECT_EQ(get(path, {{"If-Match", "\"1\""}, {"If-None-Match", "\"1\""}}).status, 304);
}

TEST_F(ReadingAPatient, AnswersHeadAsGetWithoutABody) {
  const std::string path = "/patients/" + create({});
  const auto body = get(path).response.body;
  const auto answer = client().send("HEAD", path, "");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("ETag"), "\"1\"");
  EXPECT_EQ(answer.header("Content-Type"), "application/json");
  EXPECT_EQ(answer.header("Content-Length"), std::to_string(body.size()));
  EXPECT_TRUE(answer.response.body.empty());
  EXPECT_EQ(client().send("HEAD", path, "", {{"If-None-Match", "\"1\""}}).status, 304);
  EXPECT_EQ(client().send("HEAD", path, "", {{"If-Match", "\"2\""}}).status, 412);
  EXPECT_EQ(client().send("HEAD", "/patients/0190a8f0-0000-7000-8000-000000000000", "").status, 404);
  EXPECT_EQ(client().send("HEAD", "/patients?size=1", "").status, 200);
}

TEST_F(ReadingAPatient, RefusesWhatIsNoUuidNamingTheId) {
  for (const std::string id : {"1", "not-an-id", "0190a8f0-0000-7000-8000-00000000000g", "%20"}) {
    const auto answer = get("/patients/" + id);
    EXPECT_EQ(answer.status, 400) << id;
    EXPECT_EQ(answer.problem_fields(), std::vector<std::string>{"id"}) << id;
  }
}

TEST_F(ReadingAPatient, FindsNoneUnderAnUnknownId) {
  const auto answer = get("/patients/0190a8f0-0000-7000-8000-000000000000");
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
}

TEST_F(ReadingAPatient, IsForThoseWhoMayRead) {
  const std::string id = create({});
  const std::map<Role, int> expected = {{Role::admin, 200},   {Role::clinician, 200}, {Role::receptionist, 200},
                                        {Role::billing, 200}, {Role::analyst, 403},   {Role::auditor, 200}};
  for (const auto& [role, status] : expected) {
    auto caller = client_of({role});
    EXPECT_EQ(caller.get("/patients/" + id).status, status) << clinic::to_string(role);
    EXPECT_EQ(caller.get("/patients").status, status) << clinic::to_string(role);
  }
  testkit::ApiClient nobody(origin(), "");
  EXPECT_EQ(nobody.get("/patients/" + id).status, 401);
  EXPECT_EQ(nobody.get("/patients").status, 401);
}

}  // namespace
}  // namespace pms::patient
