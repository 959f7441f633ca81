#include "domain/patient_change.hpp"

namespace pms::billing {

BillingAccount account_after(const PatientChange& change, std::string id, core::Timestamp now) {
  BillingAccount account = open_account(
      {.patient_id = change.patient_id, .name = change.name, .email = change.email, .patient_version = change.version},
      std::move(id), now);
  if (change.kind == PatientChange::Kind::deleted) account.status = AccountStatus::closed;
  return account;
}

}  // namespace pms::billing
