// Accounts of billing-service, over gRPC, with the caller's own token.
#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "application/billing_accounts.hpp"
#include "billing/v1/billing_service.grpc.pb.h"
#include "core/task.hpp"
#include "resilience/circuit_breaker.hpp"

namespace pms::patient {

class GrpcBillingAccounts : public BillingAccounts {
 public:
  /// `address`: host:port. `deadline`: how long a call may take.
  GrpcBillingAccounts(const std::string& address, std::chrono::milliseconds deadline, const core::Clock&);

  core::Task<BillingAccount> account_for(const Patient&, const RequestOrigin&) override;

 private:
  std::unique_ptr<::billing::v1::BillingService::Stub> stub_;
  std::chrono::milliseconds deadline_;
  resilience::CircuitBreaker breaker_;  // a create does not wait for an unavailable billing-service
};

}  // namespace pms::patient
