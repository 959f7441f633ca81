#include <cstddef>
#include <fmt/format.h>
#include <future>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "accounts_fixture.hpp"
#include "core/result.hpp"

namespace pms::billing {
namespace {

using Kind = PatientChange::Kind;

TEST_F(StoredAccounts, ANewAccountIsActiveAndAtItsFirstVersion) {
  const auto account = create("p1", "Ada", 1);
  ASSERT_TRUE(account);
  EXPECT_EQ(account->patient_id, "p1");
  EXPECT_EQ(account->name, "Ada");
  EXPECT_EQ(account->email, "ada@example.com");
  EXPECT_EQ(account->status, AccountStatus::active);
  EXPECT_EQ(account->version, 1);
  EXPECT_EQ(account->patient_version, 1);
  EXPECT_EQ(account->created_at, clock_.now());
  EXPECT_EQ(account->updated_at, clock_.now());
}

TEST_F(StoredAccounts, CreatingAgainReturnsTheFirstAndChangesNothing) {
  const auto first = create("p1", "Ada", 1);
  clock_.advance(1h);
  const auto again = create("p1", "Eve", 7);
  ASSERT_TRUE(first && again);
  EXPECT_EQ(again->id, first->id);
  EXPECT_EQ(again->name, "Ada");
  EXPECT_EQ(again->patient_version, 1);
  EXPECT_EQ(again->updated_at, first->updated_at);
}

TEST_F(StoredAccounts, AnAccountWithoutEmailKeepsNone) {
  ASSERT_TRUE(loop_.run(create_({.patient_id = "p1", .name = "Ada", .email = std::nullopt}, soon())));
  EXPECT_EQ(account_of("p1").email, std::nullopt);
}

TEST_F(StoredAccounts, TheEventOfTheSameVersionChangesNothing) {
  const auto made = create("p1", "Ada", 1);
  clock_.advance(1h);
  apply(change(Kind::created, "p1", "Eve", 1));
  EXPECT_EQ(account_of("p1").name, "Ada");
  EXPECT_EQ(account_of("p1").version, 1);
  EXPECT_EQ(account_of("p1").updated_at, made->updated_at);
}

TEST_F(StoredAccounts, AnUpdateRenamesTheAccountAndRaisesItsVersion) {
  const auto made = create("p1", "Ada", 1);
  clock_.advance(1h);
  apply(change(Kind::updated, "p1", "Ada King", 2));
  const auto account = account_of("p1");
  EXPECT_EQ(account.id, made->id);
  EXPECT_EQ(account.name, "Ada King");
  EXPECT_EQ(account.version, 2);
  EXPECT_EQ(account.patient_version, 2);
  EXPECT_EQ(account.created_at, made->created_at);
  EXPECT_EQ(account.updated_at, clock_.now());
}

TEST_F(StoredAccounts, AnUpdateThatComesLateIsSkipped) {
  apply(change(Kind::updated, "p1", "Third", 3));
  apply(change(Kind::updated, "p1", "Second", 2));
  EXPECT_EQ(account_of("p1").name, "Third");
  EXPECT_EQ(account_of("p1").version, 1);
}

TEST_F(StoredAccounts, AnUpdateOfAnUnknownPatientMakesTheAccount) {
  apply(change(Kind::updated, "p1", "Ada", 4));
  EXPECT_EQ(account_of("p1").status, AccountStatus::active);
  EXPECT_EQ(account_of("p1").patient_version, 4);
}

TEST_F(StoredAccounts, ADeletionClosesTheAccountAndKeepsItsName) {
  ASSERT_TRUE(create("p1", "Ada", 1));
  PatientChange deletion = change(Kind::deleted, "p1", "", 2);
  deletion.name = std::nullopt;
  apply(deletion);
  EXPECT_EQ(account_of("p1").status, AccountStatus::closed);
  EXPECT_EQ(account_of("p1").name, "Ada");
}

TEST_F(StoredAccounts, ADeletedPatientThatWasNeverSeenLeavesAClosedAccountThatCreateReturns) {
  apply(change(Kind::deleted, "p1", "Ada", 2));
  const auto tombstone = account_of("p1");
  EXPECT_EQ(tombstone.status, AccountStatus::closed);
  const auto created = create("p1", "Ada", 1);
  ASSERT_TRUE(created);
  EXPECT_EQ(created->id, tombstone.id);
  EXPECT_EQ(created->status, AccountStatus::closed);
}

TEST_F(StoredAccounts, AnUpdateDoesNotOpenAClosedAccount) {
  const auto made = create("p1", "Ada", 1);
  ASSERT_TRUE(loop_.run(close_(made->id, soon())));
  apply(change(Kind::updated, "p1", "Ada King", 2));
  EXPECT_EQ(account_of("p1").status, AccountStatus::closed);
  EXPECT_EQ(account_of("p1").name, "Ada King");
}

TEST_F(StoredAccounts, AnEventWithoutAVersionMakesAnAccountButNeverChangesOne) {
  apply(change(Kind::created, "p1", "Ada", 0));
  apply(change(Kind::created, "p1", "Eve", 0));
  EXPECT_EQ(account_of("p1").name, "Ada");
  EXPECT_EQ(account_of("p1").version, 1);
  apply(change(Kind::created, "p1", "Ada King", 1));
  EXPECT_EQ(account_of("p1").name, "Ada King");
}

TEST_F(StoredAccounts, ClosingTwiceIsClosingOnce) {
  const auto made = create("p1", "Ada", 1);
  clock_.advance(1h);
  const auto closed = loop_.run(close_(made->id, soon()));
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->status, AccountStatus::closed);
  EXPECT_EQ(closed->version, 2);
  clock_.advance(1h);
  const auto again = loop_.run(close_(made->id, soon()));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->version, 2);
  EXPECT_EQ(again->updated_at, closed->updated_at);
}

TEST_F(StoredAccounts, AnUnknownAccountIsNotFound) {
  const auto id = core::uuid_v7().next();
  EXPECT_EQ(loop_.run(find_.by_id(id, soon())).error().code, Errc::not_found);
  EXPECT_EQ(loop_.run(close_(id, soon())).error().code, Errc::not_found);
}

TEST_F(StoredAccounts, PagesHaveEveryAccountOnceAndEnd) {
  for (int i = 0; i < 7; ++i) ASSERT_TRUE(create(fmt::format("p{}", i), "Ada"));
  std::vector<std::size_t> sizes;
  std::set<std::string> ids;
  std::string after;
  do {
    const auto page = loop_.run(find_.page(after, 3, soon()));
    ASSERT_TRUE(page);
    sizes.push_back(page->accounts.size());
    for (const auto& account : page->accounts) ids.insert(account.id);
    after = page->next_after;
  } while (!after.empty());
  EXPECT_EQ(sizes, (std::vector<std::size_t>{3, 3, 1}));
  EXPECT_EQ(ids.size(), 7U);
}

TEST_F(StoredAccounts, AFullLastPageHasNoNext) {
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(create(fmt::format("p{}", i), "Ada"));
  const auto page = loop_.run(find_.page("", 3, soon()));
  ASSERT_TRUE(page);
  EXPECT_EQ(page->next_after, "");
}

TEST_F(StoredAccounts, ManyCallersAtOnceGetTheSameAccount) {
  std::vector<std::future<core::Result<BillingAccount>>> calls;
  for (int i = 0; i < 50; ++i) calls.push_back(loop_.start(create_(new_account("p1", "Ada", 1), soon())));
  std::set<std::string> ids;
  for (auto& call : calls) {
    const auto account = call.get();
    ASSERT_TRUE(account) << account.error().message;
    ids.insert(account->id);
  }
  EXPECT_EQ(ids.size(), 1U);
}

}  // namespace
}  // namespace pms::billing
