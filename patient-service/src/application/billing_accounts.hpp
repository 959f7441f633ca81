// The accounts of patients, which billing-service keeps.
#pragma once

#include <cstdint>
#include <string>

#include "application/request_origin.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "domain/patient.hpp"

namespace pms::patient {

struct BillingAccount {
  enum class Status : std::uint8_t { active, closed, pending };
  std::string id;  ///< empty while pending
  Status status = Status::pending;
};

class BillingAccounts {
 public:
  virtual ~BillingAccounts() = default;

  /// The patient's account, made now if there is none. Never fails: when billing does not answer in
  /// time the account is pending, and billing makes it when it reads of the new patient in the
  /// event log.
  virtual core::Task<BillingAccount> account_for(const Patient&, const RequestOrigin&) = 0;
};

}  // namespace pms::patient
