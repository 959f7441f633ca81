// A gRPC server: port, limits, health (grpc.health.v1), reflection. calls.hpp and caller.hpp handle
// the calls.
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
  std::uint16_t port = 0;  ///< 0: any free port (for tests); port() returns it
  int max_message_bytes = 1024 * 1024;
};

/// A service and its full name for the health service: {BillingService::service_full_name(),
/// &service}.
struct Mounted {
  std::string name;
  grpc::Service* service;
};

/// Call bind, mount, start and drain in this order. Clients that connect between bind() and start()
/// wait. A second server on the same port fails to bind.
class Server {
 public:
  /// Accepts on `io`. `io` and `calls` outlive the server.
  Server(ServerSettings, boost::asio::io_context& io, Calls& calls);
  ~Server();

  /// Error: one sentence that names host and port ("port in use: 127.0.0.1:9001").
  core::Result<> bind();
  std::uint16_t port() const;
  /// Call it once. The services outlive the server; their methods respond through `calls`.
  core::Result<> mount(std::vector<Mounted> services);
  /// Starts to accept. The health service reports SERVING for the server and for each service.
  void start();
  /// Reports NOT_SERVING, stops accepting, rejects new calls, lets running calls finish until the
  /// deadline, then closes all connections.
  core::Task<void> drain(core::Deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the pending accept
};

}  // namespace pms::rpc
