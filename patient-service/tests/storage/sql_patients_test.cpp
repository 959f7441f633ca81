#include "storage/sql_patients.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <map>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "storage/counts.hpp"
#include "storage/idempotency_keys.hpp"
#include "storage/list_statements.hpp"
#include "storage/patient_store.hpp"
#include "storage/query_plan.hpp"

namespace pms::patient {
namespace {

using namespace std::chrono_literals;

constexpr database::Statement count_keys("SELECT COUNT(*) FROM idempotency");

TEST_F(PatientStore, KeepsAPatientAsItIs) {
  const Patient zoe = patient("Zoë 王 🩺 e\u0301", "Zoe@Example.com");
  ASSERT_TRUE(add(zoe));
  const Patient found = loop_.run(patients_->find(zoe.id, Deadline::never())).value();
  EXPECT_EQ(found.name, zoe.name);
  EXPECT_EQ(found.email, zoe.email);
  EXPECT_EQ(found.address, zoe.address);
  EXPECT_EQ(found.date_of_birth, zoe.date_of_birth);
  EXPECT_EQ(found.registered_date, zoe.registered_date);
  EXPECT_EQ(found.created_at, zoe.created_at);
  EXPECT_EQ(found.updated_at, zoe.updated_at);
  EXPECT_EQ(found.version, 1);
}

TEST_F(PatientStore, WritesHistoryAndEventWithThePatientAndSaysSoOnce) {
  const Patient ana = patient("Ana", "ana@example.com");
  ASSERT_TRUE(add(ana));
  const auto history =
      rows(database::Statement("SELECT change, actor, request_id, version, occurred_at, name FROM patient_history"));
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0].text(0), "CREATED");
  EXPECT_EQ(history[0].text(1), "user-1");
  EXPECT_EQ(history[0].text(2), "request-1");
  EXPECT_EQ(history[0].integer(3), 1);
  EXPECT_EQ(history[0].integer(4), clock_.now().time_since_epoch().count());
  EXPECT_EQ(history[0].text(5), "Ana");
  EXPECT_EQ(count(count_outbox), 1);
  EXPECT_EQ(committed_, 1);
}

TEST_F(PatientStore, WritesNothingForASecondPatientWithTheSameEmail) {
  ASSERT_TRUE(add(patient("Ana", "ana@example.com")));
  const auto second = add(patient("Another Ana", "ANA@Example.COM"));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, core::Errc::conflict);
  ASSERT_EQ(second.error().fields.size(), 1U);
  EXPECT_EQ(second.error().fields[0].field, "email");
  EXPECT_EQ(count(count_history), 1);
  EXPECT_EQ(count(count_outbox), 1);
  EXPECT_EQ(loop_.run(patients_->count(Deadline::never())).value(), 1);
  EXPECT_EQ(committed_, 1);
}

TEST_F(PatientStore, CountsThePatientsOfAllShards) {
  for (int i = 0; i < 40; ++i) ASSERT_TRUE(add(patient("Ana", fmt::format("ana{}@example.com", i))));
  EXPECT_EQ(loop_.run(patients_->count(Deadline::never())).value(), 40);
  EXPECT_GT(count(database::Statement("SELECT COUNT(*) FROM patient_counter WHERE live > 0")), 1);
}

TEST_F(PatientStore, RemembersAKeyForTwentyFourHours) {
  const Patient ana = patient("Ana", "ana@example.com");
  const IdempotencyKey key{.user_id = "user-1", .key = "k", .fingerprint = "f"};
  ASSERT_TRUE(add(ana, &key));
  clock_.advance(23h);
  const auto first = remembered(key);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->patient_id, ana.id);
  EXPECT_EQ(first->version, 1);
  EXPECT_EQ(first->fingerprint, "f");
  EXPECT_FALSE(remembered({.user_id = "user-2", .key = "k", .fingerprint = "f"}));
  clock_.advance(1h);
  EXPECT_FALSE(remembered(key));
}

TEST_F(PatientStore, RefusesAKeyInUseAndTakesItAgainWhenItHasExpired) {
  const IdempotencyKey key{.user_id = "user-1", .key = "k", .fingerprint = "f"};
  ASSERT_TRUE(add(patient("Ana", "ana@example.com"), &key));
  const auto again = add(patient("Bob", "bob@example.com"), &key);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, core::Errc::conflict);
  EXPECT_TRUE(again.error().fields.empty());
  EXPECT_EQ(count(count_outbox), 1);
  clock_.advance(24h);
  EXPECT_TRUE(add(patient("Bob", "bob@example.com"), &key));
  EXPECT_EQ(count(count_keys), 1);
}

TEST_F(PatientStore, DeletesOnlyExpiredKeys) {
  const IdempotencyKey old{.user_id = "user-1", .key = "old", .fingerprint = "f"};
  const IdempotencyKey fresh{.user_id = "user-1", .key = "fresh", .fingerprint = "f"};
  ASSERT_TRUE(add(patient("Ana", "ana@example.com"), &old));
  clock_.advance(24h);
  ASSERT_TRUE(add(patient("Bob", "bob@example.com"), &fresh));
  EXPECT_TRUE(loop_.run(delete_expired_idempotency_keys(*database_, clock_.now())));
  EXPECT_TRUE(remembered(fresh));
  EXPECT_EQ(count(count_keys), 1);
}

TEST_F(PatientStore, SortsByTheFoldedNameAndBreaksTiesById) {
  for (const char* name : {"Émile", "zoe", "Anna", "emile", "ÅSA", "asa"})
    ASSERT_TRUE(add(patient(name, fmt::format("a{}@example.com", committed_))));
  Slice slice;
  slice.limit = 10;
  EXPECT_EQ(names(slice), (std::vector<std::string>{"Anna", "ÅSA", "asa", "Émile", "emile", "zoe"}));
  slice.direction = Direction::descending;
  EXPECT_EQ(names(slice), (std::vector<std::string>{"zoe", "emile", "Émile", "asa", "ÅSA", "Anna"}));
}

TEST_F(PatientStore, ListsAfterAPatientWhereverItStandsNow) {
  for (const char* name : {"Ana", "Bob", "Cid", "Dan"})
    ASSERT_TRUE(add(patient(name, fmt::format("{}@example.com", name))));
  Patient gone = patient("Bz", "bz@example.com");
  Slice slice;
  slice.limit = 10;
  slice.after = &gone;
  EXPECT_EQ(names(slice), (std::vector<std::string>{"Cid", "Dan"}));
  slice.direction = Direction::descending;
  EXPECT_EQ(names(slice), (std::vector<std::string>{"Bob", "Ana"}));
}

TEST_F(PatientStore, ListsFromAnIndexForEverySortFieldAndDirection) {
  const std::map<SortField, std::string> indexes = {{SortField::name, "patient_by_name"},
                                                    {SortField::email, "patient_by_email"},
                                                    {SortField::registered_date, "patient_by_registered_date"},
                                                    {SortField::date_of_birth, "patient_by_date_of_birth"}};
  for (const auto& [field, index] : indexes) {
    for (const Direction direction : {Direction::ascending, Direction::descending}) {
      Order order{.field = field, .direction = direction};
      EXPECT_EQ(plan_of(*database_, loop_, list_patients(order), 2), "SCAN patient USING INDEX " + index + "\n");
      order.begin = Begin::after_patient;
      const std::string after = plan_of(*database_, loop_, list_patients(order), 3);
      EXPECT_TRUE(after.starts_with("SEARCH patient USING INDEX " + index + " ((")) << after;
      EXPECT_EQ(after.find("TEMP B-TREE"), std::string::npos) << after;
    }
  }
}

}  // namespace
}  // namespace pms::patient
