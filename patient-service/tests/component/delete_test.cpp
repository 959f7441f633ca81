// DELETE /patients/{id}.
#include <future>
#include <map>
#include <string>
#include <vector>

#include "clinic/permissions.hpp"
#include "component/running_service.hpp"
#include "patient/v1/patient_event.pb.h"
#include "storage/counts.hpp"

namespace pms::patient {
namespace {

using clinic::Role;

class DeletingAPatient : public RunningService {
 protected:
  DeletingAPatient() : path_("/patients/" + create({})) {}

  testkit::Answer remove(const std::string& path) { return client_of({Role::admin}).send("DELETE", path, ""); }

  const std::string path_;
};

TEST_F(DeletingAPatient, LeavesNothingToFind) {
  const auto answer = remove(path_);
  EXPECT_EQ(answer.status, 204) << answer.response.body;
  EXPECT_TRUE(answer.response.body.empty());
  EXPECT_EQ(get(path_).status, 404);
  EXPECT_EQ(get(path_, {{"If-None-Match", "*"}}).status, 404);
  EXPECT_EQ(client().send("PUT", path_, PatientBody().json()).status, 404);
  EXPECT_EQ(client().send("PATCH", path_, "{}").status, 404);
  EXPECT_EQ(remove(path_).status, 404);
  EXPECT_EQ(get("/patients").json().at("totalElements"), 0);
  EXPECT_TRUE(get("/patients").json().at("patients").as_array().empty());
}

TEST_F(DeletingAPatient, FreesItsEmail) {
  EXPECT_EQ(post({}).status, 409);
  EXPECT_EQ(remove(path_).status, 204);
  EXPECT_EQ(post({}).status, 201);
  EXPECT_EQ(get("/patients").json().at("totalElements"), 1);
}

TEST_F(DeletingAPatient, StaysDeletedAfterARestart) {
  EXPECT_EQ(remove(path_).status, 204);
  restart();
  EXPECT_EQ(get(path_).status, 404);
}

TEST_F(DeletingAPatient, PublishesThatItIsGone) {
  EXPECT_EQ(remove(path_).status, 204);
  const auto events = this->events(2);
  ASSERT_EQ(events.size(), 2U);
  ::patient::v1::PatientEvent event;
  ASSERT_TRUE(event.ParseFromString(events.back().record.value));
  EXPECT_EQ(event.event_type(), "PATIENT_DELETED");
  EXPECT_EQ(event.version(), 2);
  EXPECT_EQ("/patients/" + event.patientid(), path_);
  EXPECT_EQ(event.actor_id(), "another-user");
}

TEST_F(DeletingAPatient, KeepsThePlaceOfACursorThatPointsToIt) {
  create({.name = "Bob", .email = "bob@example.com"});
  create({.name = "Cid", .email = "cid@example.com"});
  const std::string link = get("/patients?size=1").header("Link");
  EXPECT_EQ(remove(path_).status, 204);
  const auto next = get("/patients" + link.substr(1, link.find('>') - 1));
  ASSERT_EQ(next.status, 200) << link;
  EXPECT_EQ(next.json().at("patients").at(0).at("name"), "Bob");
}

TEST_F(DeletingAPatient, AnswersARepeatedCreationAsTheFirstTime) {
  const testkit::Fields key = {{"Idempotency-Key", "k-1"}};
  const auto first = post({.email = "bob@example.com"}, key);
  EXPECT_EQ(remove("/patients/" + std::string(first.json().at("id").as_string())).status, 204);
  const auto repeat = post({.email = "bob@example.com"}, key);
  EXPECT_EQ(repeat.status, 201);
  EXPECT_EQ(repeat.json().at("id"), first.json().at("id"));
  EXPECT_EQ(get("/patients").json().at("totalElements"), 1);
}

TEST_F(DeletingAPatient, FindsNoneUnderAnUnknownId) {
  EXPECT_EQ(remove("/patients/0190a8f0-0000-7000-8000-000000000000").status, 404);
  const auto answer = remove("/patients/1");
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.problem_fields(), std::vector<std::string>{"id"});
  EXPECT_EQ(count(count_outbox), 1);
}

TEST_F(DeletingAPatient, IsForThoseWhoMayDelete) {
  for (const Role role : {Role::clinician, Role::receptionist, Role::billing, Role::analyst, Role::auditor})
    EXPECT_EQ(client_of({role}).send("DELETE", path_, "").status, 403) << clinic::to_string(role);
  testkit::ApiClient nobody(origin(), "");
  EXPECT_EQ(nobody.send("DELETE", path_, "").status, 401);
  EXPECT_EQ(get(path_).status, 200);
  EXPECT_EQ(client_of({Role::admin}).send("DELETE", path_, "").status, 204);
}

TEST_F(DeletingAPatient, HappensOnceWhenManyAskAtOnce) {
  auto admin = client_of({Role::admin});
  std::vector<std::future<testkit::Answer>> asked;
  for (int i = 0; i < 50; ++i) asked.push_back(admin.start("DELETE", path_, ""));
  std::map<int, int> statuses;
  for (auto& answer : asked) ++statuses[answer.get().status];
  EXPECT_EQ(statuses, (std::map<int, int>{{204, 1}, {404, 49}}));
  EXPECT_EQ(get("/patients").json().at("totalElements"), 0);
}

}  // namespace
}  // namespace pms::patient
