// Changing and deleting stored patients.
#include <cstdint>
#include <gtest/gtest.h>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/uuid.hpp"
#include "storage/counts.hpp"
#include "storage/patient_store.hpp"

namespace pms::patient {
namespace {

using namespace std::chrono_literals;

constexpr database::Statement last_history(
    "SELECT version, change, actor, request_id, occurred_at, name, email FROM patient_history "
    "ORDER BY version DESC LIMIT 1");
constexpr std::string_view unknown_id = "0190a8f0-0000-7000-8000-000000000000";

class StoredPatient : public PatientStore {
 protected:
  StoredPatient() { EXPECT_TRUE(add(ana_)); }

  /// Nothing was written, nor said to be.
  void expect_untouched() {
    EXPECT_EQ(find(ana_.id).value().version, 1);
    EXPECT_EQ(find(ana_.id).value().name, "Ana");
    EXPECT_EQ(count(count_history), 1);
    EXPECT_EQ(count(count_outbox), 1);
    EXPECT_EQ(patients(), 1);
    EXPECT_EQ(committed_, 1);
  }
  std::int64_t patients() { return loop_.run(patients_->count(Deadline::never())).value(); }

  const Patient ana_ = patient("Ana", "ana@example.com");
};

TEST_F(StoredPatient, TakesTheValuesThatAreGivenAndKeepsTheOthers) {
  clock_.advance(1h);
  const Patient changed = update(ana_.id, {.name = "Zoë 王"}).value();
  EXPECT_EQ(changed.version, 2);
  EXPECT_EQ(changed.name, "Zoë 王");
  EXPECT_EQ(changed.email, ana_.email);
  EXPECT_EQ(changed.address, ana_.address);
  EXPECT_EQ(changed.date_of_birth, ana_.date_of_birth);
  EXPECT_EQ(changed.registered_date, ana_.registered_date);
  EXPECT_EQ(changed.created_at, ana_.created_at);
  EXPECT_EQ(changed.updated_at, clock_.now());
  const Patient found = find(ana_.id).value();
  EXPECT_EQ(found.version, 2);
  EXPECT_EQ(found.name, "Zoë 王");
}

TEST_F(StoredPatient, TakesEveryField) {
  const PatientUpdate all{.name = "Bob",
                          .email = "Bob@Example.com",
                          .address = "2 Low Street",
                          .date_of_birth = core::parse_date("1990-01-02"),
                          .registered_date = core::parse_date("2020-03-04")};
  const Patient changed = update(ana_.id, all).value();
  EXPECT_EQ(changed.name, all.name);
  EXPECT_EQ(changed.email, all.email);
  EXPECT_EQ(changed.address, all.address);
  EXPECT_EQ(changed.date_of_birth, all.date_of_birth);
  EXPECT_EQ(changed.registered_date, all.registered_date);
}

TEST_F(StoredPatient, IsSortedAndSearchedByItsNewName) {
  ASSERT_TRUE(add(patient("Bob", "bob@example.com")));
  ASSERT_TRUE(update(ana_.id, {.name = "Zoë"}));
  EXPECT_EQ(names({.limit = 10}), (std::vector<std::string>{"Bob", "Zoë"}));
  EXPECT_EQ(count(database::Statement("SELECT COUNT(*) FROM patient WHERE name_search = '  zoe'")), 1);
}

TEST_F(StoredPatient, HasAHistoryRowAndAnEventForEachChange) {
  clock_.advance(1h);
  ASSERT_TRUE(update(ana_.id, {.email = "new@example.com"}));
  const auto row = rows(last_history).at(0);
  EXPECT_EQ(row.integer(0), 2);
  EXPECT_EQ(row.text(1), "UPDATED");
  EXPECT_EQ(row.text(2), "user-1");
  EXPECT_EQ(row.text(3), "request-1");
  EXPECT_EQ(row.integer(4), clock_.now().time_since_epoch().count());
  EXPECT_EQ(row.text(5), "Ana");
  EXPECT_EQ(row.text(6), "new@example.com");
  EXPECT_EQ(count(count_outbox), 2);
  EXPECT_EQ(committed_, 2);
}

TEST_F(StoredPatient, IsOneVersionOnAlsoWhenNothingIsNew) {
  EXPECT_EQ(update(ana_.id, {}).value().version, 2);
  EXPECT_EQ(update(ana_.id, {.name = "Ana"}).value().version, 3);
  EXPECT_EQ(count(count_history), 3);
}

TEST_F(StoredPatient, IsChangedByWhoKnowsItsVersion) {
  EXPECT_EQ(update(ana_.id, {.name = "B"}, {{1}}).value().version, 2);
  EXPECT_EQ(update(ana_.id, {.name = "C"}, {{7, 2, 12}}).value().version, 3);
  EXPECT_TRUE(remove(ana_.id, {{3}}));
}

TEST_F(StoredPatient, IsLeftAloneByWhoKnowsAnotherVersion) {
  for (const std::vector<std::int64_t>& versions : std::vector<std::vector<std::int64_t>>{{2}, {11, 21, 10}, {}}) {
    EXPECT_EQ(update(ana_.id, {.name = "B"}, versions).error().code, core::Errc::precondition_failed);
    EXPECT_EQ(remove(ana_.id, versions).error().code, core::Errc::precondition_failed);
  }
  expect_untouched();
}

TEST_F(StoredPatient, DoesNotTakeAnotherPatientsEmail) {
  const Patient bob = patient("Bob", "bob@example.com");
  ASSERT_TRUE(add(bob));
  const auto refused = update(bob.id, {.name = "Robert", .email = "ANA@example.com"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, core::Errc::conflict);
  ASSERT_EQ(refused.error().fields.size(), 1U);
  EXPECT_EQ(refused.error().fields[0].field, "email");
  EXPECT_EQ(find(bob.id).value().version, 1);
  EXPECT_EQ(count(count_outbox), 2);
}

TEST_F(StoredPatient, MayTakeItsOwnEmailInAnotherCase) {
  EXPECT_EQ(update(ana_.id, {.email = "ANA@example.com"}).value().email, "ANA@example.com");
}

TEST_F(StoredPatient, WasNeverChangedLaterThanNow) {
  clock_.advance(1h);
  const core::Timestamp latest = update(ana_.id, {.name = "B"}).value().updated_at;
  clock_.advance(-30min);
  EXPECT_EQ(update(ana_.id, {.name = "C"}).value().updated_at, latest);
  EXPECT_EQ(rows(last_history).at(0).integer(4), latest.time_since_epoch().count());
}

TEST_F(StoredPatient, IsGoneWhenItIsDeletedButForItsHistory) {
  clock_.advance(1h);
  const Patient last = remove(ana_.id).value();
  EXPECT_EQ(last.version, 2);
  EXPECT_EQ(find(ana_.id).error().code, core::Errc::not_found);
  EXPECT_TRUE(names({.limit = 10}).empty());
  EXPECT_EQ(patients(), 0);
  const auto row = rows(last_history).at(0);
  EXPECT_EQ(row.integer(0), 2);
  EXPECT_EQ(row.text(1), "DELETED");
  EXPECT_EQ(row.text(5), "Ana");
  EXPECT_EQ(count(count_outbox), 2);
  EXPECT_EQ(committed_, 2);
  EXPECT_EQ(loop_.run(patients_->find_version(ana_.id, 1, Deadline::never())).value().name, "Ana");
}

TEST_F(StoredPatient, IsDeletedOnce) {
  ASSERT_TRUE(remove(ana_.id));
  EXPECT_EQ(remove(ana_.id).error().code, core::Errc::not_found);
  EXPECT_EQ(remove(ana_.id, {{2}}).error().code, core::Errc::not_found);
  EXPECT_EQ(update(ana_.id, {.name = "B"}).error().code, core::Errc::not_found);
  EXPECT_EQ(patients(), 0);
  EXPECT_EQ(count(count_history), 2);
  EXPECT_EQ(count(count_outbox), 2);
}

TEST_F(StoredPatient, LeavesItsEmailToTheNextWhenItIsDeleted) {
  ASSERT_TRUE(remove(ana_.id));
  EXPECT_TRUE(add(patient("Another Ana", "ana@example.com")));
  EXPECT_EQ(patients(), 1);
}

TEST_F(StoredPatient, IsNotTouchedByChangesOfAnUnknownOne) {
  EXPECT_EQ(update(std::string(unknown_id), {.name = "B"}).error().code, core::Errc::not_found);
  EXPECT_EQ(update(std::string(unknown_id), {.name = "B"}, {{1}}).error().code, core::Errc::not_found);
  EXPECT_EQ(remove(std::string(unknown_id)).error().code, core::Errc::not_found);
  expect_untouched();
}

}  // namespace
}  // namespace pms::patient
