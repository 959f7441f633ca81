// Registers a patient, once for each idempotency key, and asks billing for the account.
#pragma once

#include <optional>
#include <string>

#include "application/billing_accounts.hpp"
#include "application/patients.hpp"
#include "clinic/calendar.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"

namespace pms::patient {

struct Registered {
  Patient patient;  ///< as it was when it was created
  BillingAccount account;
};

class CreatePatient {
 public:
  CreatePatient(Patients& patients, BillingAccounts& billing, const clinic::Calendar& clinic, core::IdGenerator& ids)
      : patients_(patients), billing_(billing), clinic_(clinic), ids_(ids) {}

  /// A repeat of a request with the same key creates nothing and returns what the first one
  /// returned. Errors: conflict (`email` in use), unprocessable (the key was used for another
  /// request), and those of the store.
  core::Task<core::Result<Registered>> operator()(NewPatient, std::optional<std::string> key, const RequestOrigin&);

 private:
  core::Task<core::Result<Registered>> replay(const IdempotencyKey&, core::Error conflict, const RequestOrigin&);

  Patients& patients_;
  BillingAccounts& billing_;
  const clinic::Calendar& clinic_;
  core::IdGenerator& ids_;
};

}  // namespace pms::patient
