// POST /patients.
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>
#include <chrono>
#include <cstddef>
#include <fmt/format.h>
#include <future>
#include <map>
#include <string>
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

class CreatingPatients : public RunningService {
 protected:
  /// Expects a 400 problem about exactly these fields.
  void expect_refused(const std::string& json, const std::vector<std::string>& fields) {
    const auto answer = client().post("/patients", json);
    EXPECT_EQ(answer.status, 400) << json << answer.response.body;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json") << json;
    EXPECT_EQ(answer.problem_fields(), fields) << json << answer.response.body;
    EXPECT_EQ(count(count_patients), 0) << json;
  }
  /// Expects a refusal for the value of one field in an otherwise valid body.
  void expect_field_refused(const std::string& field, const std::string& value) {
    boost::json::object body = boost::json::parse(PatientBody().json()).as_object();
    body[field] = value;
    expect_refused(boost::json::serialize(body), {field});
  }
};

TEST_F(CreatingPatients, AnswersWithThePatientItsPlaceAndItsAccount) {
  const auto answer = post({});
  ASSERT_EQ(answer.status, 201) << answer.response.body;
  const auto json = answer.json().as_object();
  const std::string id(json.at("id").as_string());
  EXPECT_EQ(core::parse_uuid(id), id);
  EXPECT_EQ(json.at("name"), "Ana Lovelace");
  EXPECT_EQ(json.at("email"), "ana@example.com");
  EXPECT_EQ(json.at("address"), "1 High Street");
  EXPECT_EQ(json.at("dateOfBirth"), "1985-06-15");
  EXPECT_EQ(json.at("registeredDate"), "2024-02-29");
  EXPECT_EQ(json.at("version"), 1);
  EXPECT_TRUE(core::parse_timestamp(json.at("createdAt").as_string()));
  EXPECT_EQ(json.at("updatedAt"), json.at("createdAt"));
  EXPECT_EQ(json.at("billingAccount").at("id"), boost::json::string(account_of(id)));
  EXPECT_EQ(json.at("billingAccount").at("status"), "ACTIVE");
  EXPECT_EQ(json.size(), 10U);
  EXPECT_EQ(answer.header("Location"), "patients/" + id);
  EXPECT_EQ(answer.header("ETag"), "\"1\"");
}

TEST_F(CreatingPatients, RegistersTodayUnlessTold) {
  const core::Timestamp before = core::system_clock().now();
  const auto answer = post({.registered_date = ""});
  const core::Timestamp after = core::system_clock().now();
  ASSERT_EQ(answer.status, 201);
  const auto registered = core::parse_date(answer.json().at("registeredDate").as_string());
  EXPECT_GE(registered, core::TimeZone::utc().date_of(before));
  EXPECT_LE(registered, core::TimeZone::utc().date_of(after));
}

TEST_F(CreatingPatients, KeepsUnicodeExactly) {
  const std::vector<std::string> names = {"Zoe\u0308 N\u0303", "مريم بنت عبد الله", "王小明",
                                          "🩺 Dr. 😀",         "İıŞş ẞß",           "O'Brien-Smith \"Ann\" \\ / <&>"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    const std::string id = create({.name = names[i], .email = fmt::format("u{}@example.com", i), .address = names[i]});
    const auto patient = get("/patients/" + id).json();
    EXPECT_EQ(std::string(patient.at("name").as_string()), names[i]);
    EXPECT_EQ(std::string(patient.at("address").as_string()), names[i]);
  }
}

TEST_F(CreatingPatients, RefusesASecondPatientWithTheSameEmailInAnotherCase) {
  create({.email = "Ana.Zoë@Example.com"});
  const auto answer = post({.name = "Another", .email = "ANA.ZOË@example.COM"});
  EXPECT_EQ(answer.status, 409);
  EXPECT_EQ(answer.header("Content-Type"), "application/problem+json");
  EXPECT_EQ(answer.problem_fields(), std::vector<std::string>{"email"});
  EXPECT_EQ(count(count_patients), 1);
}

TEST_F(CreatingPatients, PublishesOneEventForEachPatient) {
  const std::string id = create({});
  const auto events = this->events(1);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0].record.key, id);
  ::patient::v1::PatientEvent event;
  ASSERT_TRUE(event.ParseFromString(events[0].record.value));
  EXPECT_EQ(event.patientid(), id);
  EXPECT_EQ(event.event_type(), "PATIENT_CREATED");
  EXPECT_EQ(event.version(), 1);
}

TEST_F(CreatingPatients, PassesTheCallersTokenAndTraceToBilling) {
  const std::string trace = "4bf92f3577b34da6a3ce929d0e0e4736";
  ASSERT_EQ(post({}, {{"traceparent", "00-" + trace + "-00f067aa0ba902b7-01"}}).status, 201);
  const auto calls = billing().calls();
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_TRUE(calls[0].authorization.starts_with("Bearer ey"));
  EXPECT_EQ(calls[0].traceparent.substr(3, 32), trace);
  EXPECT_EQ(calls[0].request.name(), "Ana Lovelace");
  EXPECT_EQ(calls[0].request.email(), "ana@example.com");
  EXPECT_EQ(calls[0].request.patient_version(), 1);
  EXPECT_EQ(events(1)[0].header("traceparent").value_or("").substr(3, 32), trace);
}

TEST_F(CreatingPatients, AnswersPendingWhenBillingRefuses) {
  billing().refuse(grpc::StatusCode::INTERNAL);
  const auto answer = post({});
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(answer.json().at("billingAccount"), boost::json::value({{"status", "PENDING"}}));
}

TEST_F(CreatingPatients, StopsWaitingForABillingThatDoesNotAnswer) {
  config_.billing_deadline = std::chrono::milliseconds(50);
  restart();
  billing().stall();
  std::vector<std::future<testkit::Answer>> starting;
  for (int i = 0; i < 20; ++i)
    starting.push_back(
        client().start("POST", "/patients", PatientBody{.email = fmt::format("u{}@example.com", i)}.json()));
  for (auto& answer : starting) EXPECT_EQ(answer.get().json().at("billingAccount").at("status"), "PENDING");
  EXPECT_EQ(post({.email = "not-asked-for@example.com"}).json().at("billingAccount").at("status"), "PENDING");
  for (const auto& call : billing().calls()) EXPECT_NE(call.request.email(), "not-asked-for@example.com");
}

TEST_F(CreatingPatients, SurvivesARestart) {
  const std::string id = create({});
  restart();
  EXPECT_EQ(get("/patients/" + id).status, 200);
}

TEST_F(CreatingPatients, RefusesMalformedJson) {
  for (const std::string body : {"{", "[]", "\"text\"", "nonsense", "{\"name\":\"Ana\",}", "{\"name\":\"\\ud800\"}",
                                 "{\"name\":\"\xff\"}", "{\"name\":\"\xed\xa0\x80\"}"}) {
    const auto answer = client().post("/patients", body);
    EXPECT_EQ(answer.status, 400) << body;
    EXPECT_EQ(answer.header("Content-Type"), "application/problem+json") << body;
  }
  EXPECT_EQ(client().post("/patients", std::string(40, '[')).status, 400);
  EXPECT_EQ(count(count_patients), 0);
}

TEST_F(CreatingPatients, RefusesAnEmptyBody) {
  EXPECT_EQ(client().post("/patients", "", {{"Content-Type", "application/json"}}).status, 400);
}

TEST_F(CreatingPatients, RefusesAnotherMediaType) {
  EXPECT_EQ(client().post("/patients", PatientBody().json(), {{"Content-Type", "text/plain"}}).status, 415);
  EXPECT_EQ(client().post("/patients", "name=Ana", {{"Content-Type", "application/x-www-form-urlencoded"}}).status,
            415);
  EXPECT_EQ(count(count_patients), 0);
}

TEST_F(CreatingPatients, NamesEveryViolationAtOnce) {
  expect_refused(R"({})", {"address", "dateOfBirth", "email", "name"});
  expect_refused(R"({"name":1,"email":[],"address":null,"dateOfBirth":{},"registeredDate":true,"extra":1})",
                 {"address", "dateOfBirth", "email", "extra", "name", "registeredDate"});
  expect_refused(R"({"name":"","email":"nobody","address":" ","dateOfBirth":"yesterday"})",
                 {"address", "dateOfBirth", "email", "name"});
}

TEST_F(CreatingPatients, RefusesADuplicateFieldByName) {
  expect_refused(R"({"name":"Ana","name":"Bob","email":"a@example.com","address":"x","dateOfBirth":"1985-06-15"})",
                 {"name"});
}

TEST_F(CreatingPatients, RefusesNamesAndAddressesThatBreakTheirRules) {
  expect_field_refused("name", std::string(101, 'a'));
  expect_field_refused("name", std::string("a\0b", 3));
  expect_field_refused("name", "tab\there");
  expect_field_refused("name", "   ");
  expect_field_refused("address", std::string(501, 'a'));
  expect_field_refused("address", "line\nline");
}

TEST_F(CreatingPatients, RefusesWhatIsNoEmail) {
  for (const std::string email : {"", "a", "a@", "@b", "a b@example.com", "a@b@", "a@-b.com"})
    expect_field_refused("email", email);
  expect_field_refused("email", std::string(250, 'a') + "@example.com");
}

TEST_F(CreatingPatients, RefusesDatesThatDoNotExistOrCanNotBeRight) {
  const auto tomorrow = core::format_date(core::Date(
      std::chrono::sys_days(core::TimeZone::utc().date_of(core::system_clock().now())) + std::chrono::days(2)));
  for (const std::string date :
       {"2023-02-30", "0000-01-01", "1849-12-31", "15.06.1985", "1985-6-15", "", "1985-06-15T00:00:00Z"})
    expect_field_refused("dateOfBirth", date);
  expect_field_refused("dateOfBirth", tomorrow);
  for (const std::string date : {"2023-02-30", "today", ""}) expect_field_refused("registeredDate", date);
}

TEST_F(CreatingPatients, AcceptsTheLimits) {
  std::string name;
  for (int i = 0; i < 100; ++i) name += "王";
  create({.name = name, .email = "a@example.com", .address = std::string(500, 'x'), .date_of_birth = "1850-01-01"});
  create({.name = "x",
          .email = "b@example.com",
          .date_of_birth = core::format_date(core::TimeZone::utc().date_of(core::system_clock().now()))});
}

TEST_F(CreatingPatients, IgnoresWhatIsReadOnly) {
  boost::json::object body = boost::json::parse(PatientBody().json()).as_object();
  body["id"] = "0b6dbbd4-0c5e-4c1c-8f57-8e0f5f1a7a11";
  body["version"] = 17;
  const auto answer = client().post("/patients", boost::json::serialize(body));
  ASSERT_EQ(answer.status, 201);
  EXPECT_NE(answer.json().at("id"), body["id"]);
  EXPECT_EQ(answer.json().at("version"), 1);
}

TEST_F(CreatingPatients, IsForThoseWhoMayWrite) {
  const std::map<Role, int> expected = {{Role::admin, 201},   {Role::clinician, 201}, {Role::receptionist, 201},
                                        {Role::billing, 403}, {Role::analyst, 403},   {Role::auditor, 403}};
  for (const auto& [role, status] : expected) {
    auto caller = client_of({role});
    const auto answer =
        caller.post("/patients", PatientBody{.email = fmt::format("u{}@example.com", static_cast<int>(role))}.json());
    EXPECT_EQ(answer.status, status) << clinic::to_string(role);
  }
  testkit::ApiClient nobody(origin(), "");
  const auto refused = nobody.post("/patients", PatientBody().json());
  EXPECT_EQ(refused.status, 401);
  EXPECT_FALSE(refused.header("WWW-Authenticate").empty());
  testkit::TokenIssuer stranger;
  testkit::ApiClient forger(origin(), stranger.token({Role::admin}));
  EXPECT_EQ(forger.post("/patients", PatientBody().json()).status, 401);
}

TEST_F(CreatingPatients, RefusesAnotherMethodAndSaysWhichAreAllowed) {
  const auto answer = client().send("DELETE", "/patients", "");
  EXPECT_EQ(answer.status, 405);
  EXPECT_NE(answer.header("Allow").find("POST"), std::string::npos);
  EXPECT_EQ(client().get("/patient").status, 404);
}

}  // namespace
}  // namespace pms::patient
