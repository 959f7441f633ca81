// Converts accounts from and to rows of the table `billing_account`.
#pragma once

#include <cstdint>

#include "database/value.hpp"
#include "domain/billing_account.hpp"

namespace pms::billing {

/// Reads an account from the columns id, patient_id, name, email, status, version, patient_version,
/// created_at and updated_at.
BillingAccount account_of(const database::Row&);
/// Returns the values of the same columns as the parameters $1 to $9.
database::Params params_of(const BillingAccount&);

}  // namespace pms::billing
