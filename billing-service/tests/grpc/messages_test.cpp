#include "grpc/messages.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <vector>

#include "core/uuid.hpp"

namespace pms::billing {
namespace {

namespace wire = ::billing::v1;

/// Returns the invalid fields of a rejected list request.
std::vector<std::string> refused_for(const wire::ListBillingAccountsRequest& request) {
  std::vector<std::string> fields;
  if (const auto read = list_request(request); !read)
    for (const auto& field : read.error().fields) fields.push_back(field.field);
  return fields;
}

TEST(ListRequest, HasNoLimitsButThoseOfAPage) {
  const auto read = list_request({});
  ASSERT_TRUE(read);
  EXPECT_EQ(read->patient_id, "");
  EXPECT_EQ(read->after, "");
  EXPECT_EQ(read->size, 50U);
}

TEST(ListRequest, TakesSizesFromOneToAHundred) {
  wire::ListBillingAccountsRequest request;
  for (int size : {1, 100}) {
    request.set_page_size(size);
    EXPECT_EQ(list_request(request)->size, static_cast<std::size_t>(size));
  }
  for (int size : {-1, 101, std::numeric_limits<std::int32_t>::min()}) {
    request.set_page_size(size);
    EXPECT_EQ(refused_for(request), std::vector<std::string>{"page_size"});
  }
}

TEST(PageToken, LeadsBehindTheIdItWasMadeOf) {
  const std::string id = core::uuid_v7().next();
  wire::ListBillingAccountsRequest request;
  request.set_page_token(page_token(id));
  EXPECT_NE(request.page_token(), id);
  EXPECT_EQ(list_request(request)->after, id);
}

TEST(PageToken, IsEmptyBehindTheLastPage) { EXPECT_EQ(page_token(""), ""); }

TEST(PageToken, OfSomebodysOwnMakingIsRefused) {
  wire::ListBillingAccountsRequest request;
  const std::string id = core::uuid_v7().next();
  for (const std::string& token : {std::string("nonsense"), id, page_token("not-a-uuid"), page_token(id) + "A",
                                   page_token("0190A6B2-0000-7000-8000-000000000001")}) {
    request.set_page_token(token);
    EXPECT_EQ(refused_for(request), std::vector<std::string>{"page_token"}) << token;
  }
}

TEST(PageToken, OfAllAccountsDoesNotGoWithOnePatient) {
  wire::ListBillingAccountsRequest request;
  request.set_patient_id("p1");
  request.set_page_token(page_token(core::uuid_v7().next()));
  EXPECT_EQ(refused_for(request), std::vector<std::string>{"page_token"});
}

TEST(AccountId, IsAUuidInAnyCase) {
  EXPECT_EQ(account_id("0190A6B2-0000-7000-8000-000000000001"), "0190a6b2-0000-7000-8000-000000000001");
  EXPECT_FALSE(account_id("0190A6B2"));
}

TEST(AccountMessage, OfAPatientOfWhomNothingIsKnownHasEmptyTexts) {
  BillingAccount account{.id = "a", .patient_id = "p", .status = AccountStatus::closed};
  account.created_at = core::Timestamp(std::chrono::microseconds(1'500'001));
  wire::BillingAccount message;
  write(account, message);
  EXPECT_EQ(message.name(), "");
  EXPECT_EQ(message.email(), "");
  EXPECT_EQ(message.status(), wire::BillingAccount::STATUS_CLOSED);
  EXPECT_EQ(message.created_at().seconds(), 1);
  EXPECT_EQ(message.created_at().nanos(), 500'001'000);
}

}  // namespace
}  // namespace pms::billing
