#include "storage/batched_account_changes.hpp"

#include "storage/account_rows.hpp"

namespace pms::billing {
namespace {

// A change can close an account but never reopens one. A change without a version has version 0,
// which is never higher than the stored one. A patient always has a name, so a NULL name means that
// the event did not contain it.
constexpr database::Statement insert_or_bring_up(R"(
  INSERT INTO billing_account
    (id, patient_id, name, email, status, version, patient_version, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
  ON CONFLICT (patient_id) DO UPDATE SET
    name = COALESCE(excluded.name, billing_account.name),
    email = excluded.email,
    status = CASE WHEN excluded.status = 'CLOSED' THEN 'CLOSED' ELSE billing_account.status END,
    version = billing_account.version + 1,
    patient_version = excluded.patient_version,
    updated_at = excluded.updated_at
  WHERE excluded.patient_version > billing_account.patient_version)");

}  // namespace

void BatchedAccountChanges::bring_up_to(const BillingAccount& account) {
  batch_.add(insert_or_bring_up, params_of(account));
}

}  // namespace pms::billing
