// Converts gRPC messages to domain values and back, and validates each field of the requests.
#pragma once

#include <cstddef>
#include <string>

#include "billing/v1/billing_service.pb.h"
#include "core/result.hpp"
#include "domain/billing_account.hpp"
#include "legacy/billing_service.pb.h"

namespace pms::billing {

/// Parses and validates a request to create an account. The error is `invalid` and names every
/// invalid field; this also applies to the other functions.
core::Result<NewAccount> new_account(const ::billing::v1::CreateBillingAccountRequest&);
core::Result<NewAccount> new_account(const ::BillingRequest&);

/// Parses an account's id and returns it in lower case.
core::Result<std::string> account_id(const std::string& id);

struct ListRequest {
  std::string patient_id;  ///< empty: all patients
  std::string after;       ///< id after which the page starts; empty: the first page
  std::size_t size = 50;
};
core::Result<ListRequest> list_request(const ::billing::v1::ListBillingAccountsRequest&);

/// Returns the page_token of the page that starts after an id; empty for an empty id, after the
/// last page.
std::string page_token(const std::string& next_after);

void write(const BillingAccount&, ::billing::v1::BillingAccount&);

}  // namespace pms::billing
