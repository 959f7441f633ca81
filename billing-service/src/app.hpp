// Declares App, the object that contains all of billing-service.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "config.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "rpc/calls.hpp"
#include "rpc/method_access.hpp"
#include "rpc/server.hpp"
#include "runtime/http_service.hpp"

namespace pms::billing {

/// Adds a third listener, for gRPC, to the two of HttpService.
class App : public runtime::HttpService {
 public:
  using Config = billing::Config;
  static constexpr std::string_view program = "billing-service";

  App(const Config&, runtime::Runtime&);
  ~App() override;

  core::Result<> bind() override;
  core::Result<> open() override;
  void start() override;
  std::vector<std::string> listening() const override;

  static std::span<const rpc::MethodAccess> grpc_methods();

 protected:
  core::Task<void> drain_clients(core::Deadline) override;

 private:
  const Config config_;
  rpc::Calls calls_;
  struct Components;
  std::unique_ptr<Components> components_;  // null until open(); must outlive the gRPC server
  rpc::Server grpc_server_;
};

}  // namespace pms::billing
