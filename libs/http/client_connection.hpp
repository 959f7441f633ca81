// Connections to other servers: one request at a time, kept open between requests.
#pragma once

#include <atomic>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
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
#include "net/stream.hpp"

namespace pms::http {

class ClientConnection : public net::Expiring {
 public:
  explicit ClientConnection(boost::asio::io_context& io) : net::Expiring(io), io_(io) {}

  /// Connects to the first address of the host (a name or an address) that answers. Errors:
  /// unavailable, deadline_exceeded.
  core::Task<core::Result<>> connect(const std::string& host, std::uint16_t port, core::Deadline);
  net::Stream& stream() { return *stream_; }
  /// Sends both pieces completely, before the deadline that was set last. False: the connection is
  /// broken, or expired().
  core::Task<bool> send(std::string_view head, std::string_view body);
  /// Sends what a send_now() of both pieces has left, after it has sent `sent` bytes.
  core::Task<bool> send_rest(std::string_view head, std::string_view body, std::size_t sent);
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
  static constexpr std::size_t read_bytes = 16 * 1024;

  boost::asio::io_context& io_;
  net::Socket* connecting_ = nullptr;
  std::optional<net::Stream> stream_;  // once connected
  bool idle_ = false;
  core::SteadyTime idle_since_{};
};

/// The idle connections of one io_context to one server, used on its thread only.
class IdleConnections {
 public:
  static constexpr std::size_t max_idle = 64;
  static constexpr std::chrono::seconds max_idle_time{60};  ///< less than the 75 s after which our servers close them

  /// Returns the connection that was used last and that the other side has not closed; null when
  /// there is none. `now`, here and below, may be some milliseconds old, so that the caller need
  /// not read the clock again.
  std::unique_ptr<ClientConnection> take(core::SteadyTime now);
  /// Keeps the connection for another request if its last response was read to its end and allows
  /// that; otherwise closes it.
  void give_back(std::unique_ptr<ClientConnection>, core::SteadyTime now);

  /// May be called on any thread.
  std::size_t size() const { return size_.load(std::memory_order_relaxed); }

 private:
  std::vector<std::unique_ptr<ClientConnection>> idle_;
  std::atomic<std::size_t> size_{0};  // of idle_
};

}  // namespace pms::http
