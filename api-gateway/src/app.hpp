// api-gateway as one object: the composition root, the only place that names concrete engines.
#pragma once

#include <memory>

#include "config.hpp"
#include "http/router.hpp"
#include "routes.hpp"
#include "runtime/service.hpp"

namespace pms::gateway {

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
  core::Task<void> drain(resilience::Deadline) override;
  std::vector<std::string> listening() const override;

  /// Of the listener for clients, from open() on; the longest prefix first.
  std::vector<Route> routes() const;
  /// What it answers itself on that listener.
  const std::vector<http::Route>& page_routes() const;
  /// Of the listener for operators, from open() on.
  const std::vector<http::Route>& management_routes() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace pms::gateway
