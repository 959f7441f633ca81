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

  /// Stores the account unless its patient has one. That one takes over name, e-mail and being closed, if the patient's
  /// version is higher than its own: so what is older, repeated or without a version changes nothing.
  virtual void bring_up_to(const BillingAccount&) = 0;
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
