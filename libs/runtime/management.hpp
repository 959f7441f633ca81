// The management listener of a service: /livez, /readyz, /metrics. The gateway never routes to it.
// The metrics are those of the process, which may contain several services.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "http/server.hpp"
#include "rest/router.hpp"
#include "runtime/runtime.hpp"
#include "runtime/settings.hpp"

namespace pms::runtime {

class Management {
 public:
  /// Constructs the listener. `ready` decides the response of /readyz: 503 with the reason if it
  /// fails, and in any case once the process drains.
  Management(std::string service, const ListenSettings&, Runtime&, std::function<core::Task<core::Result<>>()> ready);

  rest::Router& router() { return router_; }  ///< for further routes, such as /revocations of auth-service
  const std::vector<rest::Route>& routes() const { return router_.routes(); }
  core::Result<> bind() { return server_.bind(); }
  void start() { server_.start(); }
  core::Task<void> drain(core::Deadline deadline) { return server_.drain(deadline); }
  std::uint16_t port() const { return server_.port(); }

 private:
  rest::Router router_;
  http::Server server_;
};

}  // namespace pms::runtime
