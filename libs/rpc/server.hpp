// A gRPC server: bootstrap, health (grpc.health.v1), reflection, callers from bearer tokens.
#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "resilience/deadline.hpp"
#include "security/token.hpp"

namespace pms::rpc {

struct ServerSettings {
  std::string service;  ///< for logs and metrics
  std::string host = "127.0.0.1";
  std::uint16_t port = 0;  ///< 0: any free one (tests)
  int max_message_bytes = 1024 * 1024;
};

/// Binds on bind(), serves from start(). Port reuse is off: a second start fails.
class Server {
 public:
  /// The services outlive the server.
  Server(ServerSettings, std::vector<grpc::Service*>);
  ~Server();
  core::Result<> bind();
  std::uint16_t port() const;
  void start();
  /// The answer of grpc.health.v1 for the whole server and for each service.
  void set_serving(bool);
  /// Refuses new calls, lets running ones finish until the deadline. Blocks at most that long.
  void stop(resilience::Deadline);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// The caller of a call, from `authorization: Bearer …` in its metadata, with at least one of the permissions.
/// Errors: unauthenticated, permission_denied, unavailable (no keys yet).
core::Result<std::shared_ptr<const security::Caller>> authorize(const grpc::CallbackServerContext&,
                                                               const security::TokenVerifier&,
                                                               std::initializer_list<security::Permission> any_of);

/// True when the peer of the call is on this machine.
bool from_loopback(const grpc::CallbackServerContext&);

}  // namespace pms::rpc
