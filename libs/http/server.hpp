// An HTTP/1.1 server (RFC 9112) on the process's io threads: strict framing, limits on everything,
// keep-alive, pipelining.
#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "http/message.hpp"

namespace pms::http {

/// Limits and times. Each comment says how a request beyond the limit is answered.
struct ServerSettings {
  std::string service;                            ///< for logs and metrics
  std::string host = "127.0.0.1";                 ///< an IP address, or localhost: 127.0.0.1 and ::1
  std::uint16_t port = 0;                         ///< 0: any free one (for tests), see port()
  std::size_t max_header_bytes = 32 * 1024;       ///< 431
  std::size_t max_header_fields = 100;            ///< 431
  std::size_t max_request_line_bytes = 8 * 1024;  ///< 414
  std::size_t max_body_bytes = 1024 * 1024;       ///< 413, connection closed
  /// When a new connection is one too many, the connection that has been idle longest is closed;
  /// if none is idle: 503 + Retry-After. The second limit is for each client (an IPv4 address or an
  /// IPv6 /64 network); 0: none, as for a service whose only client is the gateway.
  std::size_t max_connections = 10'000;
  std::size_t max_connections_per_client = 0;
  /// For request bodies and unsent responses of all servers of the process: 503 for a further body,
  /// and responses are no longer read ahead of their clients.
  std::size_t max_buffered_bytes = 128 * 1024 * 1024;
  std::chrono::milliseconds header_timeout{10'000};  ///< 408
  std::chrono::milliseconds body_timeout{30'000};    ///< 408
  std::size_t min_body_bytes_per_second = 1024;      ///< 408, once body_grace is over
  std::chrono::milliseconds body_grace{5'000};
  std::chrono::milliseconds write_timeout{10'000};    ///< for a client that receives nothing: closed
  std::chrono::milliseconds idle_timeout{75'000};     ///< closed
  std::chrono::milliseconds drain_grace{1'000};       ///< how long a drain still answers idle connections
  std::chrono::milliseconds request_timeout{15'000};  ///< the request's deadline without X-Request-Timeout-Ms
  /// Whether X-Request-Timeout-Ms and X-Forwarded-Prefix are trusted; false at the edge, where
  /// clients write them.
  bool behind_gateway = true;
  bool log_requests = true;
};

/// One request and its response; see exchange.hpp.
class Exchange;

/// What Handler::admit() has decided.
enum class Admission : std::uint8_t {
  admitted,  ///< the body is received, then handle() is called
  answered,  ///< the request is refused, and the handler has written the response
  wait,      ///< the decision has to be awaited: await_admission() is called
};

/// Answers requests, in two steps. One object serves all connections of all threads.
class Handler {
 public:
  virtual ~Handler() = default;

  /// Checks a request whose header is complete, before its body is received and before `100
  /// Continue` is sent: the request's `body` is still empty. A function instead of a coroutine,
  /// because each costs as much as writing a head. After a refusal the connection is kept if the
  /// body has arrived with the header, and closed otherwise.
  virtual Admission admit(Exchange&) { return Admission::admitted; }

  /// Continues an admit() that has returned Admission::wait. True: admitted; false: answered.
  virtual core::Task<bool> await_admission(Exchange&);

  /// Writes exactly one response through the exchange. The request is admitted and has its whole
  /// body.
  virtual core::Task<void> handle(Exchange&) = 0;
};

class Server {
 public:
  /// Connections are spread over `io`; a connection stays on its thread. `handler` outlives the
  /// server.
  Server(ServerSettings, std::span<boost::asio::io_context* const> io, Handler& handler);
  ~Server();

  /// Binds and listens. Error: one sentence that names host and port ("port in use: 127.0.0.1:4000
  /// …").
  core::Result<> bind();
  std::uint16_t port() const;
  /// Begins to accept.
  void start();
  /// Stops accepting once the accept queue is empty, and lets requests in flight finish until the
  /// deadline, then closes the rest. Responses that begin from now on say Connection: close. Idle
  /// connections are still answered for `drain_grace`, because a request may be on its way.
  core::Task<void> drain(core::Deadline);

 private:
  void close_connections();

  struct State;
  std::shared_ptr<State> state_;  // shared with connections still open
};

}  // namespace pms::http
