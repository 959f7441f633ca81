#include "grpc/accounts_service.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <google/protobuf/util/message_differencer.h>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "grpc_fixture.hpp"

namespace pms::billing {
namespace {

using google::protobuf::util::MessageDifferencer;
using testing::HasSubstr;

class BillingService : public Grpc {};

TEST_F(BillingService, CreatesAnAccount) {
  const auto answer = create_account(request("p1", "Zoë", "zoe@example.com", 3));
  ASSERT_TRUE(answer) << answer.error().message;
  const auto& account = answer->account();
  EXPECT_TRUE(core::parse_uuid(account.id()));
  EXPECT_EQ(account.patient_id(), "p1");
  EXPECT_EQ(account.name(), "Zoë");
  EXPECT_EQ(account.email(), "zoe@example.com");
  EXPECT_EQ(account.status(), wire::BillingAccount::STATUS_ACTIVE);
  EXPECT_EQ(account.version(), 1);
  EXPECT_EQ(account.created_at().seconds(), 1767268800);
  EXPECT_EQ(account.updated_at().seconds(), 1767268800);
  EXPECT_EQ(account_of("p1").patient_version, 3);
}

TEST_F(BillingService, ReturnsTheAccountThatIsThereUnchanged) {
  const auto first = create_account(request("p1", "Ada", "ada@example.com", 1));
  const auto again = create_account(request("p1", "Eve", "eve@example.com", 9));
  ASSERT_TRUE(first && again);
  EXPECT_TRUE(MessageDifferencer::Equals(*again, *first));
}

TEST_F(BillingService, CreatesAnAccountWithoutEmail) {
  const auto answer = create_account(request("p1", "Ada", ""));
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->account().email(), "");
}

TEST_F(BillingService, RefusesToCreateNamingEveryFieldThatIsWrong) {
  const auto answer = create_account(request(std::string(65, 'x'), "", "nobody", -1));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, Errc::invalid);
  for (const char* field : {"patient_id: ", "name: ", "email: ", "patient_version: "})
    EXPECT_THAT(answer.error().message, HasSubstr(field));
}

TEST_F(BillingService, ReadsAnAccount) {
  const auto made = create_account(request("p1"));
  const auto answer = get_account(made->account().id());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_TRUE(MessageDifferencer::Equals(answer->account(), made->account()));
}

TEST_F(BillingService, TellsAnUnknownAccountFromABadId) {
  EXPECT_EQ(get_account(core::uuid_v7().next()).error().code, Errc::not_found);
  EXPECT_EQ(close_account(core::uuid_v7().next()).error().code, Errc::not_found);
  for (const char* id : {"", "not-a-uuid"}) {
    EXPECT_EQ(get_account(id).error().code, Errc::invalid);
    EXPECT_EQ(close_account(id).error().code, Errc::invalid);
    EXPECT_THAT(close_account(id).error().message, HasSubstr("id: "));
  }
}

TEST_F(BillingService, ClosesAnAccountOnce) {
  const auto made = create_account(request("p1"));
  const auto closed = close_account(made->account().id());
  ASSERT_TRUE(closed) << closed.error().message;
  EXPECT_EQ(closed->account().status(), wire::BillingAccount::STATUS_CLOSED);
  EXPECT_EQ(closed->account().version(), 2);
  const auto again = close_account(made->account().id());
  ASSERT_TRUE(again);
  EXPECT_TRUE(MessageDifferencer::Equals(*again, *closed));
}

TEST_F(BillingService, ListsTheAccountOfAPatient) {
  const auto made = create_account(request("p1"));
  ASSERT_TRUE(create_account(request("p2")));
  wire::ListBillingAccountsRequest one;
  one.set_patient_id("p1");
  const auto answer = list_accounts(one);
  ASSERT_TRUE(answer) << answer.error().message;
  ASSERT_EQ(answer->accounts_size(), 1);
  EXPECT_EQ(answer->accounts(0).id(), made->account().id());
  EXPECT_EQ(answer->next_page_token(), "");
  one.set_patient_id("nobody");
  EXPECT_EQ(list_accounts(one)->accounts_size(), 0);
}

TEST_F(BillingService, ListsAllAccountsPageByPage) {
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(create_account(request(fmt::format("p{}", i))));
  std::vector<int> sizes;
  std::set<std::string> ids;
  wire::ListBillingAccountsRequest page;
  page.set_page_size(2);
  do {
    const auto answer = list_accounts(page);
    ASSERT_TRUE(answer) << answer.error().message;
    sizes.push_back(answer->accounts_size());
    for (const auto& account : answer->accounts()) ids.insert(account.id());
    page.set_page_token(answer->next_page_token());
  } while (!page.page_token().empty());
  EXPECT_EQ(sizes, (std::vector<int>{2, 2, 1}));
  EXPECT_EQ(ids.size(), 5U);
}

TEST_F(BillingService, ListsFiftyWhenNoSizeIsAsked) {
  for (int i = 0; i < 51; ++i) ASSERT_TRUE(create(fmt::format("p{}", i), "Ada"));
  const auto answer = list_accounts({});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->accounts_size(), 50);
  EXPECT_NE(answer->next_page_token(), "");
}

TEST_F(BillingService, LetsInWhoMay) {
  for (Role role : {Role::admin, Role::clinician, Role::receptionist, Role::billing})
    EXPECT_TRUE(create_account(request("p1"), role)) << clinic::to_string(role);
  const std::string id = account_of("p1").id;
  for (Role role : {Role::admin, Role::receptionist, Role::billing, Role::auditor}) {
    EXPECT_TRUE(get_account(id, role)) << clinic::to_string(role);
    EXPECT_TRUE(list_accounts({}, role)) << clinic::to_string(role);
  }
  for (Role role : {Role::billing, Role::admin}) EXPECT_TRUE(close_account(id, role)) << clinic::to_string(role);
}

TEST_F(BillingService, KeepsOutWhoMayNot) {
  ASSERT_TRUE(create("p1", "Ada"));
  const std::string id = account_of("p1").id;
  for (Role role : {Role::analyst, Role::auditor})
    EXPECT_EQ(create_account(request("p2"), role).error().code, Errc::permission_denied) << clinic::to_string(role);
  for (Role role : {Role::clinician, Role::analyst}) {
    EXPECT_EQ(get_account(id, role).error().code, Errc::permission_denied) << clinic::to_string(role);
    EXPECT_EQ(list_accounts({}, role).error().code, Errc::permission_denied) << clinic::to_string(role);
  }
  for (Role role : {Role::clinician, Role::receptionist, Role::analyst, Role::auditor})
    EXPECT_EQ(close_account(id, role).error().code, Errc::permission_denied) << clinic::to_string(role);
  EXPECT_EQ(account_of("p1").status, AccountStatus::active);
  EXPECT_EQ(all_accounts().size(), 1U);
}

TEST_F(BillingService, KeepsOutWhoBringsNoToken) {
  EXPECT_EQ(create_account(request("p1"), std::nullopt).error().code, Errc::unauthenticated);
  EXPECT_EQ(get_account(core::uuid_v7().next(), std::nullopt).error().code, Errc::unauthenticated);
  EXPECT_EQ(close_account(core::uuid_v7().next(), std::nullopt).error().code, Errc::unauthenticated);
  EXPECT_EQ(list_accounts({}, std::nullopt).error().code, Errc::unauthenticated);
  EXPECT_TRUE(all_accounts().empty());
}

TEST_F(BillingService, LooksAtTheTokenBeforeTheInput) {
  EXPECT_EQ(create_account({}, std::nullopt).error().code, Errc::unauthenticated);
  EXPECT_EQ(get_account("x", Role::clinician).error().code, Errc::permission_denied);
}

}  // namespace
}  // namespace pms::billing
