// gRPC messages to domain values and back; what is wrong with a message, field by field.
#pragma once

#include <cstddef>
#include <string>

#include "billing/v1/billing_service.pb.h"
#include "core/result.hpp"
#include "domain/billing_account.hpp"
#include "legacy/billing_service.pb.h"

namespace pms::billing {

/// All errors are `invalid` and name every field that is wrong.
core::Result<NewAccount> new_account(const ::billing::v1::CreateBillingAccountRequest&);
core::Result<NewAccount> new_account(const ::BillingRequest&);

/// An account's id, in lower case.
core::Result<std::string> account_id(const std::string& id);

struct ListRequest {
  std::string patient_id;  ///< empty: everyone's
  std::string after;       ///< the id that the page comes behind; empty: the first page
  std::size_t size = 50;
};
core::Result<ListRequest> list_request(const ::billing::v1::ListBillingAccountsRequest&);

/// The page_token that leads to the page behind an id; empty for the last page.
std::string page_token(const std::string& next_after);

void write(const BillingAccount&, ::billing::v1::BillingAccount&);

}  // namespace pms::billing
