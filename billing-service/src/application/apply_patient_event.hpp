// Use case: a patient's billing account follows a change of the patient.
#pragma once

#include "core/clock.hpp"
#include "core/uuid.hpp"
#include "domain/patient_change.hpp"

namespace pms::billing {

/// Collects the effects of changes, which are committed together with the position up to which
/// events have been read.
class AccountChanges {
 public:
  virtual ~AccountChanges() = default;

  /// Stores the account if its patient has none. Otherwise updates the name and the e-mail of the
  /// existing account, and closes it if the new one is closed, but only if the patient's version is
  /// higher than the stored one. A change that is older, repeated or without a version therefore
  /// has no effect on an existing account.
  virtual void bring_up_to(const BillingAccount&) = 0;
};

/// Applies the change to the patient's account. The result does not depend on the order of the
/// changes or on repeats.
class ApplyPatientEvent {
 public:
  ApplyPatientEvent(core::IdGenerator& ids, const core::Clock& clock) : ids_(ids), clock_(clock) {}

  void operator()(const PatientChange&, AccountChanges&) const;

 private:
  core::IdGenerator& ids_;
  const core::Clock& clock_;
};

}  // namespace pms::billing
