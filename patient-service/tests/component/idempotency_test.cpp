// POST /patients with an Idempotency-Key.
#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <future>
#include <set>
#include <string>
#include <vector>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"
#include "storage/counts.hpp"

namespace pms::patient {
namespace {

using clinic::Role;

/// What a repeat must answer alike: everything but the account, which may have moved on.
std::string essence(const testkit::Answer& answer) {
  boost::json::object patient = answer.json().as_object();
  patient.erase("billingAccount");
  return fmt::format("{} {} {} {}", answer.status, answer.header("Location"), answer.header("ETag"),
                     boost::json::serialize(patient));
}

using IdempotencyKeys = RunningService;

TEST_F(IdempotencyKeys, AnswerARepeatAsTheFirstRequest) {
  const auto first = post({}, {{"Idempotency-Key", "k-1"}});
  const auto second = post({}, {{"Idempotency-Key", "k-1"}});
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(essence(second), essence(first));
  EXPECT_EQ(count(count_patients), 1);
}

TEST_F(IdempotencyKeys, AnswerARepeatAfterARestart) {
  const auto first = post({}, {{"Idempotency-Key", "k-1"}});
  restart();
  EXPECT_EQ(essence(post({}, {{"Idempotency-Key", "k-1"}})), essence(first));
}

TEST_F(IdempotencyKeys, TellARepeatOfTheAccountThatBillingHasMadeMeanwhile) {
  billing().refuse(grpc::StatusCode::INTERNAL);
  const auto first = post({}, {{"Idempotency-Key", "k-1"}});
  EXPECT_EQ(first.json().at("billingAccount").at("status"), "PENDING");
  billing().answer();
  const auto second = post({}, {{"Idempotency-Key", "k-1"}});
  EXPECT_EQ(second.json().at("billingAccount").at("status"), "ACTIVE");
  EXPECT_EQ(essence(second), essence(first));
}

TEST_F(IdempotencyKeys, TakeBodiesThatSayTheSameAsTheSame) {
  const auto first =
      client().post("/patients", R"({"name":"Ana","email":"a@example.com","address":"x","dateOfBirth":"1985-06-15"})",
                    {{"Idempotency-Key", "k-1"}});
  const auto second = client().post(
      "/patients", R"({ "dateOfBirth":"1985-06-15", "address":"\u0078", "email":"a@example.com", "name":"Ana" })",
      {{"Idempotency-Key", "k-1"}});
  EXPECT_EQ(first.status, 201);
  EXPECT_EQ(essence(second), essence(first));
}

TEST_F(IdempotencyKeys, RefuseAnotherBody) {
  ASSERT_EQ(post({}, {{"Idempotency-Key", "k-1"}}).status, 201);
  for (const PatientBody& other :
       {PatientBody{.name = "Bob"}, PatientBody{.email = "bob@example.com"}, PatientBody{.address = "2 High Street"},
        PatientBody{.date_of_birth = "1985-06-16"}, PatientBody{.registered_date = ""}})
    EXPECT_EQ(post(other, {{"Idempotency-Key", "k-1"}}).status, 422) << other.json();
  EXPECT_EQ(count(count_patients), 1);
}

TEST_F(IdempotencyKeys, AreEachUsersOwn) {
  ASSERT_EQ(post({}, {{"Idempotency-Key", "k-1"}}).status, 201);
  auto other = client_of({Role::clinician}, "another-user");
  const auto answer =
      other.post("/patients", PatientBody{.email = "bob@example.com"}.json(), {{"Idempotency-Key", "k-1"}});
  EXPECT_EQ(answer.status, 201);
  EXPECT_EQ(count(count_patients), 2);
}

TEST_F(IdempotencyKeys, AreNotSpentByARefusal) {
  create({.email = "taken@example.com"});
  EXPECT_EQ(post({.email = "taken@example.com"}, {{"Idempotency-Key", "k-1"}}).status, 409);
  EXPECT_EQ(post({.email = "nonsense"}, {{"Idempotency-Key", "k-1"}}).status, 400);
  EXPECT_EQ(post({.email = "free@example.com"}, {{"Idempotency-Key", "k-1"}}).status, 201);
}

TEST_F(IdempotencyKeys, MakeOnePatientOfAHundredParallelRequests) {
  std::vector<std::future<testkit::Answer>> starting;
  for (int i = 0; i < 100; ++i)
    starting.push_back(client().start("POST", "/patients", PatientBody().json(), {{"Idempotency-Key", "k-1"}}));
  std::set<std::string> essences;
  for (auto& answer : starting) essences.insert(essence(answer.get()));
  ASSERT_EQ(essences.size(), 1U) << *essences.begin() << *essences.rbegin();
  EXPECT_TRUE(essences.begin()->starts_with("201 patients/"));
  EXPECT_EQ(count(count_patients), 1);
  EXPECT_EQ(count(count_history), 1);
  EXPECT_EQ(count(count_outbox), 1);
  EXPECT_EQ(events(1).size(), 1U);
}

TEST_F(IdempotencyKeys, AreOneTo255VisibleAsciiCharacters) {
  for (const std::string& key :
       {std::string(256, 'k'), std::string("two words"), std::string("k\xc3\xa9y"), std::string()}) {
    const auto answer = post({}, {{"Idempotency-Key", key}});
    EXPECT_EQ(answer.status, 400) << key;
    EXPECT_EQ(answer.problem_fields(), std::vector<std::string>{"Idempotency-Key"}) << key;
  }
  EXPECT_EQ(post({}, {{"Idempotency-Key", "a"}, {"Idempotency-Key", "b"}}).status, 400);
  EXPECT_EQ(count(count_patients), 0);
  EXPECT_EQ(post({}, {{"Idempotency-Key", std::string(255, 'k')}}).status, 201);
}

}  // namespace
}  // namespace pms::patient
