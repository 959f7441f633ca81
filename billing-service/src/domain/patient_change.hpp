// Defines a change of a patient as far as it concerns the patient's account.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "clinic/patient_event.hpp"
#include "core/clock.hpp"
#include "domain/billing_account.hpp"

namespace pms::billing {

struct PatientChange {
  using Kind = clinic::ChangeKind;

  Kind kind = Kind::created;
  std::string patient_id;
  std::optional<std::string> name;   ///< after the change
  std::optional<std::string> email;  ///< after the change
  std::int64_t version = 0;          ///< of the patient after the change, from 1; 0: unknown to the producer
};

/// Returns the account to create if the patient has none. For a deleted patient this is a closed
/// account, so that a later request for an account does not open one.
BillingAccount account_after(const PatientChange&, std::string id, core::Timestamp now);

}  // namespace pms::billing
