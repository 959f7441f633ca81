// api-gateway as one object: what it is made of.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config.hpp"
#include "core/result.hpp"
#include "rest/router.hpp"
#include "runtime/http_service.hpp"

namespace pms::gateway {

/// A route as documentation shows it.
struct RouteSummary {
  std::string prefix;    ///< of the client's path
  std::string upstream;  ///< the service's name: patient
  std::string to;        ///< what the prefix becomes in the service's path
  bool authenticated = true;
};

/// It answers clients by a handler of its own, and it has no storage: its readiness does not depend
/// on its neighbours.
class App : public runtime::HttpService {
 public:
  using Config = gateway::Config;
  static constexpr std::string_view program = "api-gateway";

  App(const Config&, runtime::Runtime&);
  ~App() override;

  core::Result<> open() override;

  /// Of the listener for clients, from open() on; the longest prefix first.
  std::vector<RouteSummary> routes() const;
  /// What it answers itself on that listener.
  const std::vector<rest::Route>& page_routes() const;

 protected:
  http::Handler& handler() override;
  core::Task<void> drain_clients(core::Deadline) override;

 private:
  struct Components;
  std::unique_ptr<Components> components_;
};

}  // namespace pms::gateway
