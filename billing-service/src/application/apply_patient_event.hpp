// Use case: a patient has changed.
#pragma once

#include "core/clock.hpp"
#include "core/uuid.hpp"
#include "domain/patient_change.hpp"

namespace pms::billing {

/// The port to where the effects of changes are gathered; they are committed together with how far events were read.
class AccountChanges {
 public:
  virtual ~AccountChanges() = default;

  /// Stores `if_none` when the patient has no account, else applies the change if its version is higher than the
  /// account's patient_version. A change without a version never alters an account.
  virtual void apply(const PatientChange&, const BillingAccount& if_none) = 0;
};

/// Brings the patient's account up to the change, whatever else has arrived before or will arrive again.
class ApplyPatientEvent {
 public:
  ApplyPatientEvent(core::IdGenerator& ids, const core::Clock& clock) : ids_(ids), clock_(clock) {}

  void operator()(const PatientChange&, AccountChanges&) const;

 private:
  core::IdGenerator& ids_;
  const core::Clock& clock_;
};

}  // namespace pms::billing
