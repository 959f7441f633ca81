#include "http/client_connection.hpp"

#include <boost/asio/ip/basic_resolver.hpp>
#include <sys/socket.h>

namespace pms::http {
namespace {

/// A connection that rested longer than this is looked at before it is used: the other side may have closed it.
constexpr std::chrono::milliseconds unexamined_rest{50};

constexpr std::size_t read_bytes = 16 * 1024;

/// The addresses of a host.
core::Task<core::Result<std::vector<Tcp::endpoint>>> resolve(const std::string& host, std::uint16_t port) {
  std::vector<Tcp::endpoint> endpoints;
  boost::system::error_code not_an_address;
  const auto address = boost::asio::ip::make_address(host == "localhost" ? "127.0.0.1" : host, not_an_address);
  if (!not_an_address) {
    endpoints.emplace_back(address, port);
    co_return endpoints;
  }
  boost::asio::ip::basic_resolver<Tcp, core::Executor> resolver(co_await boost::asio::this_coro::executor);
  auto [failure, found] = co_await resolver.async_resolve(host, std::to_string(port), as_result);
  for (const auto& entry : found) endpoints.push_back(entry.endpoint());
  if (endpoints.empty()) co_return core::fail(core::Errc::unavailable, fmt::format("there is no address for {}", host));
  co_return endpoints;
}

bool closed_or_babbling(Socket& socket) {
  char byte;
  const auto seen = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return seen >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);
}

}  // namespace

core::Task<core::Result<>> ClientConnection::connect(const std::string& host, std::uint16_t port,
                                                     resilience::Deadline deadline) {
  set_deadline(deadline.time());
  const auto endpoints = co_await resolve(host, port);
  if (!endpoints) co_return std::unexpected(endpoints.error());
  boost::system::error_code failure;
  for (const Tcp::endpoint& endpoint : *endpoints) {
    if (expired()) break;  // while the name was looked up: nothing would end the attempt
    auto [refused] = co_await socket.async_connect(endpoint, as_result);
    failure = refused;
    if (!failure || expired()) break;
    close();
  }
  if (expired()) co_return core::fail(core::Errc::deadline_exceeded, "could not connect in time");
  if (failure) co_return core::fail(core::Errc::unavailable, "could not connect: " + failure.message());
  boost::system::error_code ignored;
  socket.set_option(Tcp::no_delay(true), ignored);
  co_return core::Result<>();
}

core::Task<bool> ClientConnection::send(std::string_view head, std::string_view body) {
  const auto sent = send_now(socket, head, body);
  if (!sent) co_return false;
  if (*sent == head.size() + body.size()) co_return true;
  co_return co_await send_rest(head, body, *sent);
}

core::Task<bool> ClientConnection::send_rest(std::string_view head, std::string_view body, std::size_t sent) {
  while (sent < head.size() + body.size()) {
    auto [failure] = co_await socket.async_wait(Socket::wait_write, as_result);
    if (failure) co_return false;
    const auto more = sent < head.size() ? send_now(socket, head.substr(sent), body)
                                         : send_now(socket, body.substr(sent - head.size()));
    if (!more) co_return false;
    sent += *more;
  }
  co_return true;
}

core::Task<bool> ClientConnection::receive() {
  auto [failure, size] = co_await socket.async_read_some(input.prepare(read_bytes), as_result);
  closed_by_peer = failure == boost::asio::error::eof;
  if (failure) co_return false;
  input.commit(size);
  co_return true;
}

std::unique_ptr<ClientConnection> IdleConnections::take(core::SteadyTime now) {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    connection->idle_ = false;
    if (!connection->socket.is_open()) continue;
    if (now - connection->idle_since_ > unexamined_rest && closed_or_babbling(connection->socket)) continue;
    return connection;
  }
  return nullptr;
}

void IdleConnections::give_back(std::unique_ptr<ClientConnection> connection, core::SteadyTime now) {
  const ResponseHead& head = connection->parser.head();
  if (!head.keep_alive || head.framing == Framing::until_close || !connection->input.empty()) return;
  while (!idle_.empty() && !idle_.front()->socket.is_open()) idle_.erase(idle_.begin());
  if (idle_.size() >= max_idle) return;
  connection->input.release(read_bytes);
  connection->idle_ = true;
  connection->idle_since_ = now;
  connection->set_deadline(connection->idle_since_ + max_idle_time);
  idle_.push_back(std::move(connection));
}

}  // namespace pms::http
