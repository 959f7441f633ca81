// Connections to other servers: one request at a time, kept open between requests.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "http/body_reader.hpp"
#include "http/parser.hpp"
#include "net/deadline_timer.hpp"
#include "net/input_buffer.hpp"
#include "net/resolver.hpp"
#include "net/stream.hpp"

namespace pms::http {

class IdleConnections;

class ClientConnection : public net::Expiring, private net::StreamObserver {
 public:
  explicit ClientConnection(boost::asio::io_context& io) : net::Expiring(io), io_(io) {}
  ~ClientConnection() override;

  /// Connects to the first address of the host (a name or an address) that answers. When there is
  /// another address to try, each gets 250 ms. Errors: unavailable, deadline_exceeded.
  core::Task<core::Result<>> connect(const std::string& host, std::uint16_t port, core::Deadline);
  net::Stream& stream() { return *stream_; }
  /// Sends both pieces completely, before the deadline that was set last. False: the connection is
  /// broken, or expired().
  core::Task<bool> send(std::string_view head, std::string_view body);
  /// Sends what a send_now() of both pieces has left, after it has sent `sent` bytes.
  core::Task<bool> send_rest(std::string_view head, std::string_view body, std::size_t sent);
  /// Ends whatever is waited for, as if it had failed.
  void cancel() { cancel_pending(); }
  /// Waits for more bytes into `input`. False: stream().ended(), or expired().
  core::Task<bool> receive();
  bool receive_now() { return stream_->receive_now(input, read_bytes); }

  net::InputBuffer input;
  ResponseParser parser;
  BodyReader body;     ///< of the response
  std::string output;  ///< for the head of a request

 protected:
  void cancel_pending() override;

 private:
  friend class IdleConnections;

  void on_stream_event(bool broken) override;
  void close_idle();

  static constexpr std::size_t read_bytes = 16 * 1024;

  core::Task<net::Endpoints> resolve(const std::string& host, std::uint16_t port);

  boost::asio::io_context& io_;
  std::function<void()> cancel_connect_;  // while a name is looked up or a connection is made
  std::optional<net::Stream> stream_;     // once connected
  IdleConnections* pool_ = nullptr;       // while idle
};

/// The idle connections of one io_context to one server, used on its thread only. A connection
/// that receives anything while it is idle, even the end, is closed, since it does not belong to
/// the next request.
class IdleConnections {
 public:
  static constexpr std::size_t max_idle = 64;
  static constexpr std::chrono::seconds max_idle_time{60};  ///< less than the 75 s after which our servers close them

  IdleConnections() = default;
  ~IdleConnections() { clear(); }
  IdleConnections(const IdleConnections&) = delete;
  IdleConnections& operator=(const IdleConnections&) = delete;

  /// Returns the connection that was used last and that the other side has not closed; null when
  /// there is none.
  std::unique_ptr<ClientConnection> take();
  /// Keeps the connection for another request if its last response was read to its end and allows
  /// that; otherwise closes it. `now` may be some milliseconds old, so that the caller need not
  /// read the clock again.
  void give_back(std::unique_ptr<ClientConnection>, core::SteadyTime now);
  /// Closes all of them.
  void clear() { idle_.clear(); }

  /// May be called on any thread.
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }

 private:
  friend class ClientConnection;

  std::vector<std::unique_ptr<ClientConnection>> idle_;  // with connections that have been closed meanwhile
  std::atomic<std::size_t> size_{0};                     // without them
};

}  // namespace pms::http
