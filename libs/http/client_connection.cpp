#include "http/client_connection.hpp"

#include <boost/asio/ip/basic_resolver.hpp>
#include <boost/asio/this_coro.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <string>
#include <string_view>

#include "core/task.hpp"
namespace pms::http {
namespace {

/// A connection that was idle for longer than this is checked before it is used: the other side may
/// have closed it.
constexpr std::chrono::milliseconds max_unchecked_idle_time{50};

/// The addresses of a host.
core::Task<core::Result<std::vector<net::Tcp::endpoint>>> resolve(const std::string& host, std::uint16_t port) {
  std::vector<net::Tcp::endpoint> endpoints;
  boost::system::error_code not_an_address;
  const auto address = boost::asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, not_an_address);
  if (!not_an_address) {
    endpoints.emplace_back(address, port);
    co_return endpoints;
  }
  boost::asio::ip::basic_resolver<net::Tcp, core::Executor> resolver(co_await boost::asio::this_coro::executor);
  auto [failure, found] = co_await resolver.async_resolve(host, std::to_string(port), net::as_result);
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  if (endpoints.empty()) co_return core::fail(core::Errc::unavailable, fmt::format("no address found for {}", host));
  co_return endpoints;
}

}  // namespace

core::Task<core::Result<>> ClientConnection::connect(const std::string& host, std::uint16_t port,
                                                     core::Deadline deadline) {
  set_deadline(deadline.time());
  const auto endpoints = co_await resolve(host, port);
  if (!endpoints) co_return std::unexpected(endpoints.error());
  boost::system::error_code failure;
  for (const net::Tcp::endpoint& endpoint : *endpoints) {
    if (expired()) break;  // during the look-up of the name: nothing would end the attempt
    net::Socket socket(io_.get_executor());
    connecting_ = &socket;
    auto [refused] = co_await socket.async_connect(endpoint, net::as_result);
    connecting_ = nullptr;
    failure = refused;
    if (failure || expired()) continue;
    stream_.emplace(std::move(socket));
    co_return core::Result<>();
  }
  if (expired()) co_return core::fail(core::Errc::deadline_exceeded, "could not connect in time");
  co_return core::fail(core::Errc::unavailable, "could not connect: " + failure.message());
}

void ClientConnection::cancel_pending() {
  if (idle_) return stream_.reset();
  if (stream_) return stream_->cancel();
  boost::system::error_code ignored;
  if (connecting_ != nullptr) connecting_->cancel(ignored);
}

core::Task<bool> ClientConnection::send(std::string_view head, std::string_view body) {
  const auto sent = stream_->send_now(head, body);
  if (!sent) co_return false;
  if (*sent == head.size() + body.size()) co_return true;
  co_return co_await send_rest(head, body, *sent);
}

core::Task<bool> ClientConnection::send_rest(std::string_view head, std::string_view body, std::size_t sent) {
  while (sent < head.size() + body.size()) {
    const bool ready = co_await stream_->writable();
    if (!ready) co_return false;
    const auto more = sent < head.size() ? stream_->send_now(head.substr(sent), body)
                                         : stream_->send_now(body.substr(sent - head.size()));
    if (!more) co_return false;
    sent += *more;
  }
  co_return true;
}

core::Task<bool> ClientConnection::receive() {
  while (!receive_now()) {
    if (stream_->ended()) co_return false;
    const bool ready = co_await stream_->readable();
    if (!ready) co_return false;
  }
  co_return true;
}

std::unique_ptr<ClientConnection> IdleConnections::take(core::SteadyTime now) {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    size_.store(idle_.size(), std::memory_order_relaxed);
    connection->idle_ = false;
    if (!connection->stream_) continue;
    if (now - connection->idle_since_ > max_unchecked_idle_time && connection->stream_->has_input()) continue;
    return connection;
  }
  return nullptr;
}

void IdleConnections::give_back(std::unique_ptr<ClientConnection> connection, core::SteadyTime now) {
  const ResponseHead& head = connection->parser.head();
  if (!head.keep_alive || head.framing == Framing::until_close || !connection->input.empty()) return;
  while (!idle_.empty() && !idle_.front()->stream_) idle_.erase(idle_.begin());
  if (idle_.size() >= max_idle) return;
  connection->input.release(ClientConnection::read_bytes);
  connection->body.release(ClientConnection::read_bytes);
  connection->idle_ = true;
  connection->idle_since_ = now;
  connection->set_deadline(connection->idle_since_ + max_idle_time);
  idle_.push_back(std::move(connection));
  size_.store(idle_.size(), std::memory_order_relaxed);
}

}  // namespace pms::http
