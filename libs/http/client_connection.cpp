#include "http/client_connection.hpp"

#include <sys/socket.h>

namespace pms::http {
namespace {

/// A connection that rested longer than this is looked at before it is used: the other side may have closed it.
constexpr std::chrono::milliseconds unexamined_rest{50};

bool closed_by_peer(Socket& socket) {
  char byte;
  const auto seen = ::recv(socket.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return seen >= 0 || (errno != EAGAIN && errno != EWOULDBLOCK);  // bytes nobody asked for are as bad as an end
}

}  // namespace

core::Task<core::Result<>> ClientConnection::connect(Tcp::endpoint endpoint, resilience::Deadline deadline) {
  set_deadline(deadline.time());
  auto [failure] = co_await socket.async_connect(endpoint, as_result);
  if (failure && expired()) co_return core::fail(core::Errc::deadline_exceeded, "could not connect in time");
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

std::unique_ptr<ClientConnection> ConnectionPool::take(const Tcp::endpoint& endpoint) {
  auto& idle = idle_[endpoint];
  const auto now = std::chrono::steady_clock::now();
  while (!idle.empty()) {
    auto connection = std::move(idle.back());
    idle.pop_back();
    connection->idle = false;
    if (!connection->socket.is_open()) continue;
    if (now - connection->idle_since > unexamined_rest && closed_by_peer(connection->socket)) continue;
    return connection;
  }
  return nullptr;
}

void ConnectionPool::give_back(const Tcp::endpoint& endpoint, std::unique_ptr<ClientConnection> connection) {
  auto& idle = idle_[endpoint];
  while (!idle.empty() && !idle.front()->socket.is_open()) idle.erase(idle.begin());
  if (idle.size() >= max_idle) return;
  connection->idle = true;
  connection->idle_since = std::chrono::steady_clock::now();
  connection->set_deadline(connection->idle_since + max_idle_time);
  idle.push_back(std::move(connection));
}

}  // namespace pms::http
