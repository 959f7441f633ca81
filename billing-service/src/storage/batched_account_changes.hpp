// Implements AccountChanges by adding statements to a batch.
#pragma once

#include "application/apply_patient_event.hpp"
#include "database/database.hpp"

namespace pms::billing {

/// Adds changes to a batch, which must outlive this object and which the creator of the batch
/// commits.
class BatchedAccountChanges : public AccountChanges {
 public:
  explicit BatchedAccountChanges(database::Batch& batch) : batch_(batch) {}

  void bring_up_to(const BillingAccount&) override;

 private:
  database::Batch& batch_;
};

}  // namespace pms::billing
