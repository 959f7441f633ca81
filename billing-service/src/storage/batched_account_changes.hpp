// AccountChanges as statements of a batch.
#pragma once

#include "application/apply_patient_event.hpp"
#include "database/database.hpp"

namespace pms::billing {

/// The batch outlives this, and whoever made it commits it.
class BatchedAccountChanges : public AccountChanges {
 public:
  explicit BatchedAccountChanges(database::Batch& batch) : batch_(batch) {}

  void bring_up_to(const BillingAccount&) override;

 private:
  database::Batch& batch_;
};

}  // namespace pms::billing
