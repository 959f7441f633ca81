// api-gateway as one object: the composition root, the only place that names concrete engines.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "rest/router.hpp"
#include "runtime/service.hpp"

namespace pms::gateway {

/// A route as documentation shows it.
struct RouteSummary {
  std::string prefix;    ///< of the client's path
  std::string upstream;  ///< the service's name: patient
  std::string to;        ///< what the prefix becomes in the service's path
  bool authenticated = true;
};

class App : public runtime::Service {
 public:
  using Config = gateway::Config;
  static constexpr std::string_view program = "api-gateway";

  App(const Config&, runtime::Runtime&);
  ~App() override;

  std::string_view name() const override { return program; }
  core::Result<> bind() override;
  core::Result<> open() override;
  void start() override;
  core::Task<core::Result<>> ready() override;
  core::Task<void> drain(core::Deadline) override;
  std::vector<std::string> listening() const override;

  /// Of the listener for clients, from open() on; the longest prefix first.
  std::vector<RouteSummary> routes() const;
  /// What it answers itself on that listener.
  const std::vector<rest::Route>& page_routes() const;
  /// Of the listener for operators, from open() on.
  const std::vector<rest::Route>& management_routes() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace pms::gateway
