// Connections to other servers: one request at a time, kept open between requests, one pool per io_context.
#pragma once

#include <boost/asio/execution_context.hpp>
#include <map>
#include <memory>
#include <vector>

#include "core/result.hpp"
#include "http/input_buffer.hpp"
#include "http/parser.hpp"
#include "http/socket.hpp"
#include "http/sweeper.hpp"
#include "resilience/deadline.hpp"

namespace pms::http {

class ClientConnection : public Swept {
 public:
  explicit ClientConnection(boost::asio::io_context& io) : Swept(io), socket(io.get_executor()) {}

  /// Errors: unavailable, deadline_exceeded.
  core::Task<core::Result<>> connect(Tcp::endpoint, resilience::Deadline);
  /// Sends both pieces whole, before the deadline last set. False: the connection is broken, or expired().
  core::Task<bool> send(std::string_view head, std::string_view body);
  /// What has not been sent yet by a send_now(); `sent` bytes are gone.
  core::Task<bool> send_rest(std::string_view head, std::string_view body, std::size_t sent);

  Socket socket;
  InputBuffer input;
  ResponseParser parser;
  std::string scratch;        ///< for decoded chunks
  std::uint64_t answers = 0;  ///< received on this connection
  core::SteadyTime idle_since{};

  void close() {
    boost::system::error_code ignored;
    socket.close(ignored);
  }

 protected:
  void cancel_pending() override {
    boost::system::error_code ignored;
    idle ? close() : void(socket.cancel(ignored));
  }

 private:
  friend class ConnectionPool;
  bool idle = false;
};

/// The idle connections of one io_context, used on its thread only.
class ConnectionPool : public boost::asio::execution_context::service {
 public:
  using key_type = ConnectionPool;
  static inline boost::asio::execution_context::id id;
  static constexpr std::size_t max_idle = 64;               ///< per server
  static constexpr std::chrono::seconds max_idle_time{60};  ///< less than the 75 s our servers keep them

  explicit ConnectionPool(boost::asio::execution_context& context) : service(context) {}
  static ConnectionPool& of(boost::asio::io_context& io) { return boost::asio::use_service<ConnectionPool>(io); }

  /// The one used last that the other side has not closed; null when there is none.
  std::unique_ptr<ClientConnection> take(const Tcp::endpoint&);
  /// Only a connection whose answer was read to its end.
  void give_back(const Tcp::endpoint&, std::unique_ptr<ClientConnection>);

 private:
  void shutdown() override { idle_.clear(); }

  std::map<Tcp::endpoint, std::vector<std::unique_ptr<ClientConnection>>> idle_;
};

}  // namespace pms::http
