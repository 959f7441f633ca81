// A gRPC server: port, limits, health (grpc.health.v1), reflection. The calls themselves: calls.hpp, caller.hpp.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <grpcpp/grpcpp.h>
#include <memory>
#include <string>
#include <vector>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "rpc/calls.hpp"

namespace pms::rpc {

struct ServerSettings {
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any free one (tests); port() tells which
  int max_message_bytes = 1024 * 1024;
};

/// A service and its full name, for the health service: {BillingService::service_full_name(), &service}.
struct Mounted {
  std::string name;
  grpc::Service* service;
};

/// Life: bind, mount, start, drain. Clients that come between bind() and start() wait. A second start on the same port
/// fails.
class Server {
 public:
  /// Accepts on `io`, which outlives the server as `calls` does.
  Server(ServerSettings, boost::asio::io_context& io, Calls& calls);
  ~Server();

  /// Error: one sentence that names host and port ("port in use: 127.0.0.1:9001").
  core::Result<> bind();
  std::uint16_t port() const;
  /// Once. The services outlive the server; their methods answer through `calls`.
  core::Result<> mount(std::vector<Mounted> services);
  /// Begins to accept; the health service says SERVING, for the whole server and for each service.
  void start();
  /// NOT_SERVING; accepts no more, refuses new calls, lets running ones finish until the deadline, then closes all.
  core::Task<void> drain(core::Deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the accept under way
};

}  // namespace pms::rpc
