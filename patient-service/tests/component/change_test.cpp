// PUT and PATCH /patients/{id}.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <future>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"
#include "core/time.hpp"
#include "core/uuid.hpp"
#include "patient/v1/patient_event.pb.h"
#include "storage/counts.hpp"

namespace pms::patient {
namespace {

using clinic::Role;
using Names = std::vector<std::string>;

constexpr std::string_view unknown_path = "/patients/0190a8f0-0000-7000-8000-000000000000";

class ChangingAPatient : public RunningService {
 protected:
  ChangingAPatient() : path_("/patients/" + create({})) {}

  testkit::Answer put(const std::string& json) { return client().send("PUT", path_, json); }
  testkit::Answer patch(const std::string& json) { return client().send("PATCH", path_, json); }
  boost::json::object stored() { return get(path_).json().as_object(); }

  void expect_refused(const testkit::Answer& answer, const Names& fields) {
    EXPECT_EQ(answer.status, 400) << answer.response.body;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
    EXPECT_EQ(answer.problem_fields(), fields) << answer.response.body;
    EXPECT_EQ(stored().at("version"), 1);
  }

  const std::string path_;
};

TEST_F(ChangingAPatient, ByPutReplacesEveryField) {
  const auto before = stored();
  const auto answer = put(PatientBody{.name = "Zoë 王 🩺",
                                      .email = "zoe@example.com",
                                      .address = "2 Low Street",
                                      .date_of_birth = "1990-01-02",
                                      .registered_date = "2020-03-04"}
                              .json());
  ASSERT_EQ(answer.status, 200) << answer.response.body;
  EXPECT_EQ(answer.header("ETag"), "\"2\"");
  const auto json = answer.json().as_object();
  EXPECT_EQ(json.at("id"), before.at("id"));
  EXPECT_EQ(json.at("name"), "Zoë 王 🩺");
  EXPECT_EQ(json.at("email"), "zoe@example.com");
  EXPECT_EQ(json.at("address"), "2 Low Street");
  EXPECT_EQ(json.at("dateOfBirth"), "1990-01-02");
  EXPECT_EQ(json.at("registeredDate"), "2020-03-04");
  EXPECT_EQ(json.at("version"), 2);
  EXPECT_EQ(json.at("createdAt"), before.at("createdAt"));
  EXPECT_GT(core::parse_timestamp(json.at("updatedAt").as_string()),
            core::parse_timestamp(before.at("updatedAt").as_string()));
  EXPECT_EQ(json.size(), 9U);
  EXPECT_EQ(stored(), json);
}

TEST_F(ChangingAPatient, ByPutKeepsTheDayOfRegistrationUnlessTold) {
  const auto answer = put(PatientBody{.name = "Zoë", .registered_date = ""}.json());
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json().at("registeredDate"), "2024-02-29");
}

TEST_F(ChangingAPatient, ByPutTakesWhatGetAndPostReturned) {
  auto body = stored();
  body["name"] = "Ana King";
  body["billingAccount"] = {{"status", "PENDING"}};
  EXPECT_EQ(put(boost::json::serialize(body)).status, 200);
  const auto after = stored();
  EXPECT_EQ(after.at("name"), "Ana King");
  EXPECT_EQ(after.at("id"), body.at("id"));
  EXPECT_EQ(after.at("version"), 2);
  EXPECT_EQ(after.at("createdAt"), body.at("createdAt"));
}

TEST_F(ChangingAPatient, ByPutNeedsAllThatANewPatientNeeds) {
  expect_refused(put("{}"), {"address", "dateOfBirth", "email", "name"});
  expect_refused(put(R"({"name":"","email":"nobody","address":" ","dateOfBirth":"2023-02-30","nickname":"A"})"),
                 {"address", "dateOfBirth", "email", "name", "nickname"});
  expect_refused(put("[]"), {"body"});
}

TEST_F(ChangingAPatient, ByPatchChangesOnlyWhatIsGiven) {
  auto expected = stored();
  for (const auto& [name, value] : std::map<std::string, std::string>{{"name", "Zoë 王 🩺"},
                                                                      {"email", "zoe@example.com"},
                                                                      {"address", "2 Low Street"},
                                                                      {"dateOfBirth", "1990-01-02"},
                                                                      {"registeredDate", "2020-03-04"}}) {
    const auto answer = patch(boost::json::serialize(boost::json::object{{name, value}}));
    ASSERT_EQ(answer.status, 200) << answer.response.body;
    auto changed = answer.json().as_object();
    EXPECT_EQ(stored(), changed);
    expected[name] = value;
    expected["version"] = expected.at("version").as_int64() + 1;
    expected["updatedAt"] = changed.at("updatedAt");
    EXPECT_EQ(changed, expected);
    EXPECT_EQ(answer.header("ETag"), fmt::format("\"{}\"", expected.at("version").as_int64()));
  }
}

TEST_F(ChangingAPatient, ByPatchIgnoresWhatIsReadOnly) {
  const auto answer = patch(R"({"id":"x","version":17,"createdAt":null,"updatedAt":1,"billingAccount":{}})");
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.json().at("version"), 2);
}

TEST_F(ChangingAPatient, ByPatchRefusesToRemoveAFieldNamingIt) {
  for (const std::string name : {"name", "email", "address", "dateOfBirth", "registeredDate"})
    expect_refused(patch("{\"" + name + "\":null}"), {name});
}

TEST_F(ChangingAPatient, ByPatchNamesEveryViolationAtOnce) {
  expect_refused(
      patch(R"({"name":1,"email":"nobody","address":"","dateOfBirth":"1849-12-31","registeredDate":{},"x":null})"),
      {"address", "dateOfBirth", "email", "name", "registeredDate", "x"});
  expect_refused(patch(R"({"name":"A","name":"B"})"), {"name"});
  for (const std::string body : {"", "{", "[]", "null", "\"text\""})
    expect_refused(client().send("PATCH", path_, body, {{"Content-Type", "application/merge-patch+json"}}), {"body"});
}

TEST_F(ChangingAPatient, MakesAVersionOfEveryRequestAlsoOfOneThatChangesNothing) {
  EXPECT_EQ(patch("{}").header("ETag"), "\"2\"");
  EXPECT_EQ(put(boost::json::serialize(stored())).header("ETag"), "\"3\"");
  EXPECT_EQ(patch(R"({"name":"Ana Lovelace"})").header("ETag"), "\"4\"");
  EXPECT_EQ(count(count_history), 4);
  EXPECT_EQ(events(4).size(), 4U);
}

TEST_F(ChangingAPatient, RefusesAnotherMediaType) {
  const auto send = [&](const std::string& method, const std::string& type) {
    return client().send(method, path_, PatientBody().json(), {{"Content-Type", type}});
  };
  EXPECT_EQ(send("PATCH", "application/json").status, 200);
  EXPECT_EQ(send("PATCH", "application/merge-patch+json; charset=utf-8").status, 200);
  EXPECT_EQ(send("PUT", "application/merge-patch+json").status, 415);
  const auto refused = send("PATCH", "application/json-patch+json");
  EXPECT_EQ(refused.status, 415);
  EXPECT_EQ(refused.header("Accept-Patch"), "application/merge-patch+json, application/json");
}

TEST_F(ChangingAPatient, RefusesTheEmailOfAnother) {
  create({.email = "bob@example.com"});
  for (const auto& answer :
       {put(PatientBody{.email = "Bob@Example.com"}.json()), patch(R"({"email":"BOB@example.com"})")}) {
    EXPECT_EQ(answer.status, 409);
    EXPECT_EQ(answer.problem_fields(), Names{"email"});
  }
  EXPECT_EQ(stored().at("version"), 1);
  EXPECT_EQ(patch(R"({"email":"ANA@example.com"})").status, 200);
}

TEST_F(ChangingAPatient, FindsNoneUnderAnUnknownId) {
  EXPECT_EQ(client().send("PUT", unknown_path, PatientBody().json()).status, 404);
  EXPECT_EQ(client().send("PATCH", unknown_path, "{}").status, 404);
  EXPECT_EQ(client().send("PATCH", unknown_path, "{}", {{"If-Match", "\"1\""}}).status, 404);
  for (const std::string method : {"PUT", "PATCH"}) {
    const auto answer = client().send(method, "/patients/1", PatientBody().json());
    EXPECT_EQ(answer.status, 400);
    EXPECT_EQ(answer.problem_fields(), Names{"id"});
  }
  EXPECT_EQ(count(count_outbox), 1);
}

TEST_F(ChangingAPatient, PublishesWhatIsNew) {
  ASSERT_EQ(patch(R"({"name":"Ana King","email":"king@example.com"})").status, 200);
  const auto events = this->events(2);
  ::patient::v1::PatientEvent event;
  ASSERT_TRUE(event.ParseFromString(events.back().record.value));
  EXPECT_EQ(event.event_type(), "PATIENT_UPDATED");
  EXPECT_EQ(event.version(), 2);
  EXPECT_EQ(event.name(), "Ana King");
  EXPECT_EQ(event.email(), "king@example.com");
}

TEST_F(ChangingAPatient, IsForThoseWhoMayWrite) {
  const std::map<Role, int> expected = {{Role::admin, 200},   {Role::clinician, 200}, {Role::receptionist, 200},
                                        {Role::billing, 403}, {Role::analyst, 403},   {Role::auditor, 403}};
  for (const auto& [role, status] : expected) {
    auto caller = client_of({role});
    EXPECT_EQ(caller.send("PUT", path_, PatientBody().json()).status, status) << clinic::to_string(role);
    EXPECT_EQ(caller.send("PATCH", path_, "{}").status, status) << clinic::to_string(role);
  }
  testkit::ApiClient nobody(origin(), "");
  EXPECT_EQ(nobody.send("PUT", path_, PatientBody().json()).status, 401);
  EXPECT_EQ(nobody.send("PATCH", path_, "{}").status, 401);
}

TEST_F(ChangingAPatient, AThousandTimesAtOnceNeedsNoRetryAndSkipsNoVersion) {
  constexpr std::int64_t changes = 1'000;
  runtime::allow_many_descriptors();  // two for each change: the client's and the server's
  std::vector<std::future<testkit::Answer>> asked;
  for (std::int64_t i = 0; i < changes; ++i)
    asked.push_back(client().start("PATCH", path_, fmt::format("{{\"address\":\"{} High Street\"}}", i)));
  std::set<std::int64_t> versions;
  for (auto& answer : asked) {
    const auto changed = answer.get();
    ASSERT_EQ(changed.status, 200) << changed.response.body;
    versions.insert(changed.json().at("version").as_int64());
  }
  EXPECT_EQ(versions.size(), static_cast<std::size_t>(changes));
  EXPECT_EQ(*versions.begin(), 2);
  EXPECT_EQ(*versions.rbegin(), changes + 1);
  EXPECT_EQ(stored().at("version"), changes + 1);
  EXPECT_EQ(count(count_history), changes + 1);

  const auto events = this->events(changes + 1);
  ASSERT_EQ(events.size(), static_cast<std::size_t>(changes) + 1);
  for (std::size_t i = 0; i < events.size(); ++i) {
    ::patient::v1::PatientEvent event;
    ASSERT_TRUE(event.ParseFromString(events[i].record.value));
    ASSERT_EQ(event.version(), static_cast<std::int64_t>(i) + 1);
  }
}

}  // namespace
}  // namespace pms::patient
