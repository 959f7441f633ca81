#include "domain/billing_account.hpp"

namespace pms::billing {

std::string_view to_string(AccountStatus status) { return status == AccountStatus::active ? "ACTIVE" : "CLOSED"; }

BillingAccount open_account(NewAccount input, std::string id, core::Timestamp now) {
  return {.id = std::move(id),
          .patient_id = std::move(input.patient_id),
          .name = std::move(input.name),
          .email = std::move(input.email),
          .patient_version = input.patient_version,
          .created_at = now,
          .updated_at = now};
}

}  // namespace pms::billing
