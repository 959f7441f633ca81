// What happened to a patient, as far as it matters to the patient's account.
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
  std::int64_t version = 0;          ///< of the patient after the change, from 1; 0: the producer knew none
};

/// The account that the change makes when the patient has none: for a deleted patient a closed one, so that whoever
/// asks for an account later does not open one for a patient that is gone.
BillingAccount account_after(const PatientChange&, std::string id, core::Timestamp now);

}  // namespace pms::billing
