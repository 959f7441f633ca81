// A connection of the server: reads requests one after the other and has the Handler answer them. Private to the
// server.
#pragma once

#include <atomic>
#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/task.hpp"
#include "http/exchange.hpp"
#include "http/server.hpp"
#include "net/input_buffer.hpp"
#include "net/stream.hpp"
#include "telemetry/metrics.hpp"

namespace pms::http {

/// What the connections of a server have in common.
struct ServerShared {
  ServerShared(ServerSettings chosen, Handler& answers)
      : settings(std::move(chosen)),
        handler(answers),
        unrouted(settings.service, "(none)"),
        connections(telemetry::gauge("http_server_open_connections", "Connections of clients and of operators",
                                     {{"service", settings.service}})) {}

  const ServerSettings settings;
  Handler& handler;
  RouteMetrics unrouted;  ///< what no route was found for, or what was not HTTP
  prometheus::Gauge& connections;
  std::atomic<std::size_t> open_connections{0};
  std::atomic<bool> draining{false};
};

using LaneHook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>,
                                                  boost::intrusive::tag<struct LaneTag>>;

class Connection final : public Exchange, public LaneHook {
 public:
  Connection(std::shared_ptr<ServerShared>, net::Socket, LaneContext&);
  ~Connection() override;

  /// Until the connection ends.
  core::Task<void> serve();

  /// There are too many: answers 503 without looking at the request.
  core::Task<void> turn_away();

  /// The server drains: closes the connection when it waits for a further request. A new one has a second to send its
  /// first. Both may destroy the connection.
  void close_if_idle();
  void close();

  const RequestHead& head() const override { return parser_.head(); }

 private:
  enum class Received : std::uint8_t { all, nothing, refused };

  void await_request();
  bool await_rest_of_head(bool first_bytes);
  core::Task<bool> receive(net::InputBuffer&);
  core::Task<Received> receive_body();
  core::Task<Received> receive_sized_body();
  core::Task<Received> receive_chunked_body();
  Received stopped_receiving();
  void set_body_deadline(core::SteadyTime begin, std::size_t received_bytes);
  void describe_request(std::size_t head_bytes);
  void forget_request();
  void begin_answer();
  void answer_failure(std::string_view what);
  void end_answer();
  void refuse(Refusal);
  core::Task<void> linger();

  std::shared_ptr<ServerShared> shared_;  // with the server and the other connections
  RequestParser parser_;
  net::InputBuffer input_;
  net::InputBuffer next_input_;    // what comes behind input_ while that holds the request's head
  std::string long_body_;          // a body that was not in input_ as a whole
  std::size_t request_bytes_ = 0;  // of input_, held by the current request
  core::SteadyTime now_{};         // as of the last look at the clock
  std::uint64_t served_ = 0;
  bool idle_ = false;
  bool refused_ = false;
  boost::asio::ip::address peer_;
  std::string peer_text_;
};

}  // namespace pms::http
