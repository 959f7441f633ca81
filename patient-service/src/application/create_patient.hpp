// Registers a patient, once for each idempotency key, and asks billing for the account.
#pragma once

#include <optional>
#include <string>

#include "application/billing_accounts.hpp"
#include "application/patient_repository.hpp"
#include "clinic/calendar.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"

namespace pms::patient {

struct Registered {
  Patient patient;
  BillingAccount account;
  int status = 0;  ///< of the HTTP answer, which a repeat gets too
};

class CreatePatient {
 public:
  CreatePatient(PatientRepository& patients, BillingAccounts& billing, const clinic::Calendar& clinic,
                core::IdGenerator& ids)
      : patients_(patients), billing_(billing), clinic_(clinic), ids_(ids) {}

  /// Errors: conflict (`email` in use), unprocessable (the key was used for another request), and the repository's.
  core::Task<core::Result<Registered>> operator()(NewPatient, std::optional<std::string> key, const Origin&);

 private:
  core::Task<core::Result<Registered>> replay(const IdempotencyKey&, core::Error conflict, const Origin&);

  PatientRepository& patients_;
  BillingAccounts& billing_;
  const clinic::Calendar& clinic_;
  core::IdGenerator& ids_;
};

}  // namespace pms::patient
