#include "http/client_connection.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <utility>

#include "core/task.hpp"

namespace pms::http {
namespace {

/// An address that does not answer delays the next one by no more than this.
constexpr std::chrono::milliseconds time_for_each_address{250};

}  // namespace

core::Task<net::Endpoints> ClientConnection::resolve(const std::string& host, std::uint16_t port) {
  net::Resolver::Lookup lookup;
  cancel_connect_ = [&lookup] { lookup.cancel(); };
  net::Endpoints endpoints = co_await boost::asio::use_service<net::Resolver>(io_).resolve(host, port, lookup);
  cancel_connect_ = nullptr;
  co_return endpoints;
}

core::Task<core::Result<>> ClientConnection::connect(const std::string& host, std::uint16_t port,
                                                     core::Deadline deadline) {
  set_deadline(deadline.time());
  const net::Endpoints endpoints = co_await resolve(host, port);
  if (expired()) co_return core::fail(core::Errc::deadline_exceeded, "the address was not found in time");
  if (endpoints.empty()) co_return core::fail(core::Errc::unavailable, fmt::format("no address found for {}", host));
  boost::system::error_code failure;
  for (std::size_t i = 0; i < endpoints.size() && !deadline.passed(); ++i) {
    const bool last = i + 1 == endpoints.size();
    set_deadline(last ? deadline.time() : deadline.at_most(time_for_each_address).time());
    net::Socket socket(io_.get_executor());
    cancel_connect_ = [&socket] {
      boost::system::error_code ignored;
      socket.cancel(ignored);
    };
    auto [refused] = co_await socket.async_connect(endpoints[i], net::as_result);
    cancel_connect_ = nullptr;
    failure = refused;
    if (failure || expired()) continue;
    stream_.emplace(std::move(socket));
    co_return core::Result<>();
  }
  if (expired() || deadline.passed()) co_return core::fail(core::Errc::deadline_exceeded, "could not connect in time");
  co_return core::fail(core::Errc::unavailable, "could not connect: " + failure.message());
}

ClientConnection::~ClientConnection() {
  if (pool_ != nullptr) close_idle();
}

void ClientConnection::on_stream_event(bool /*broken*/) {
  if (pool_ != nullptr) close_idle();
}

/// The pool keeps the closed connection until it comes across it.
void ClientConnection::close_idle() {
  if (stream_) pool_->size_.fetch_sub(1, std::memory_order_relaxed);
  stream_.reset();
}

void ClientConnection::cancel_pending() {
  if (pool_ != nullptr) return close_idle();
  if (stream_) return stream_->cancel();
  // The coroutine may continue at once and replace the function.
  if (auto cancel = std::exchange(cancel_connect_, nullptr)) cancel();
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

std::unique_ptr<ClientConnection> IdleConnections::take() {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    const bool open = connection->stream_.has_value();
    if (open) size_.fetch_sub(1, std::memory_order_relaxed);
    connection->pool_ = nullptr;
    if (open && !connection->stream_->has_input()) return connection;
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
  connection->pool_ = this;
  connection->stream().set_observer(connection.get());
  connection->set_deadline(now + max_idle_time);
  idle_.push_back(std::move(connection));
  size_.fetch_add(1, std::memory_order_relaxed);
}

}  // namespace pms::http
