// Stands for billing-service: a real gRPC server that answers, refuses, or leaves its callers
// waiting.
#pragma once

#include <condition_variable>
#include <grpcpp/grpcpp.h>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "billing/v1/billing_service.grpc.pb.h"

namespace pms::patient {

class BillingStandIn : public ::billing::v1::BillingService::Service {
 public:
  struct Call {
    ::billing::v1::CreateBillingAccountRequest request;
    std::string authorization;
    std::string traceparent;
  };

  BillingStandIn();
  ~BillingStandIn() override;

  std::string address() const;
  std::vector<Call> calls() const;

  /// Set what further calls get: an ACTIVE account (the default), this status, or no response until
  /// another of these is called.
  void answer();
  void refuse(grpc::StatusCode);
  void stall();

  grpc::Status CreateBillingAccount(grpc::ServerContext*, const ::billing::v1::CreateBillingAccountRequest*,
                                    ::billing::v1::CreateBillingAccountResponse*) override;

 private:
  void behave(bool stalled, grpc::StatusCode);

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool stalled_ = false;
  grpc::StatusCode status_ = grpc::StatusCode::OK;
  std::vector<Call> calls_;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

/// The id of the account that the stand-in makes for a patient.
std::string account_of(const std::string& patient_id);

}  // namespace pms::patient
