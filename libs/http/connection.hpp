// A connection of the server: reads requests one after the other and has the Handler answer them.
// Private to the server.
#pragma once

#include <atomic>
#include <boost/asio/ip/address.hpp>
#include <boost/intrusive/list.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/task.hpp"
#include "http/body_reader.hpp"
#include "http/buffered_bytes.hpp"
#include "http/connection_counts.hpp"
#include "http/exchange.hpp"
#include "http/output_queue.hpp"
#include "http/parser.hpp"
#include "http/server.hpp"
#include "net/deadline_timer.hpp"
#include "net/input_buffer.hpp"
#include "net/stream.hpp"
#include "telemetry/metrics.hpp"

namespace pms::http {

/// What the connections of a server have in common.
struct ServerShared {
  ServerShared(ServerSettings settings, Handler& handler)
      : settings(std::move(settings)),
        handler(handler),
        unrouted(this->settings.service, "(none)"),
        open_connections(telemetry::gauge("http_server_open_connections", "Open connections from clients and operators",
                                          {{"service", this->settings.service}})),
        process_connections(telemetry::gauge("process_open_http_connections",
                                             "Open HTTP connections of all listeners of the process")) {}

  const ServerSettings settings;
  Handler& handler;
  RouteMetrics unrouted;  ///< for requests without a route, and for what is not HTTP
  prometheus::Gauge& open_connections;
  prometheus::Gauge& process_connections;
  ConnectionCounts counts;
  std::atomic<bool> draining{false};
};

using LaneHook = boost::intrusive::list_base_hook<boost::intrusive::link_mode<boost::intrusive::auto_unlink>,
                                                  boost::intrusive::tag<struct LaneTag>>;

class Connection final : private net::Expiring,
                         private net::StreamObserver,
                         public EvictableConnection,
                         public LaneHook {
 public:
  Connection(std::shared_ptr<ServerShared>, net::Socket, LaneContext&);
  ~Connection() override;

  /// Serves requests until the connection ends.
  core::Task<void> serve();

  /// There are too many connections: answers 503 without reading the request.
  core::Task<void> turn_away();

  /// Open connections of the server when this one was added, with it.
  const ConnectionCounts::Open& open_connections() const { return open_connections_; }

  /// The server drains: an idle connection has a moment to send another request.
  void begin_drain();
  /// May destroy the connection.
  void close();

  const ClientKey& client() const override { return client_; }
  void evict() override { close(); }

 private:
  /// What the connection does next for the current request.
  enum class Phase : std::uint8_t {
    head,       ///< receives the head
    admission,  ///< asks the handler whether the request may be handled
    body,       ///< receives the rest of the body
    handling,   ///< has the handler answer
    answered,   ///< the response is queued
    ended,      ///< there is no further request: sends what is queued, and closes
  };

  void cancel_pending() override { stream_.cancel(); }
  void on_stream_event(bool broken) override;

  void await_request();
  void become_idle();
  void leave_idle();
  bool try_parse_head();
  bool try_receive_head();
  void set_head_deadline();
  void begin_request(std::size_t head_bytes);
  ChunkLimits trailer_limits() const;
  void describe_request();
  void forget_request();

  void admit();
  core::Task<void> await_admission();
  void apply(Admission admission);

  core::Task<void> receive_body();
  void take_body();
  void set_body_deadline(core::SteadyTime begin);
  core::Task<bool> receive(net::InputBuffer& input);
  void stop_receiving();

  void begin_answer();
  void answer_failure(std::string_view what);
  void end_request();
  void refuse(Refusal refusal);
  void refuse_head(Refusal refusal);
  core::Task<void> finish();
  core::Task<void> linger();

  LaneContext& lane_;
  std::shared_ptr<ServerShared> shared_;  // with the server and the other connections
  net::Stream stream_;
  OutputQueue output_;
  RequestParser parser_;
  BodyReader body_;
  Exchange exchange_;
  Phase phase_ = Phase::head;

  /// The head is consumed from input_ as soon as it is parsed, but the request's views still point
  /// into its memory. Nothing is received into input_ until the request is answered: the rest of a
  /// body arrives in next_input_.
  net::InputBuffer input_;
  net::InputBuffer next_input_;
  BodyReader::Piece arrived_body_;       // what had arrived of the body when the head was complete
  std::string long_body_;                // a body that arrived in more than one piece
  std::size_t body_bytes_received_ = 0;  // with their framing

  core::SteadyTime now_{};  // when the clock was last read
  std::uint64_t served_ = 0;
  int served_in_a_row_ = 0;  // without waiting for input
  bool keep_alive_ = true;   // as the request and the server's state allow
  bool idle_ = false;        // nothing of a request has arrived, and nothing is left to send
  bool lingers_ = false;     // a refused request is still arriving
  BufferedBytes buffered_body_;
  boost::asio::ip::address peer_;
  ClientKey client_;
  ConnectionCounts::Open open_connections_;
  std::string peer_text_;
};

}  // namespace pms::http
