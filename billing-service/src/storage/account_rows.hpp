// How an account lies in a row of `billing_account`.
#pragma once

#include <cstdint>

#include "database/value.hpp"
#include "domain/billing_account.hpp"

namespace pms::billing {

/// The account of a row: id, patient_id, name, email, status, version, patient_version, created_at, updated_at.
BillingAccount account_of(const database::Row&);
/// The same columns as parameters $1 to $9.
database::Params params_of(const BillingAccount&);

}  // namespace pms::billing
