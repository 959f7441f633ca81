#include "net/stream.hpp"

#include <array>
#include <cstdint>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "net/readiness.hpp"

namespace pms::net {
namespace {

bool would_block() { return errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR; }

}  // namespace

Stream::Stream(Socket socket) : readiness_(boost::asio::use_service<Readiness>(socket.get_executor().context())) {
  boost::system::error_code ignored;
  socket.set_option(Tcp::no_delay(true), ignored);
  readiness_.add(socket.native_handle(), *this);
  descriptor_ = socket.release(ignored);
}

Stream::~Stream() {
  readiness_.remove(descriptor_, *this);
  ::close(descriptor_);
}

bool Stream::receive_now(InputBuffer& input, std::size_t room) {
  if (!may_have_input_ || ended_) return false;
  if (reads_in_a_row_ == max_reads_in_a_row) {
    resume_in_next_turn();
    return false;
  }
  const auto buffer = input.prepare(room);
  const auto size = ::recv(descriptor_, buffer.data(), buffer.size(), MSG_DONTWAIT);
  if (size > 0) {
    // Fewer bytes than there was room for: this was everything, and the next arrival causes an
    // event.
    may_have_input_ = static_cast<std::size_t>(size) == buffer.size() || hung_up_;
    ++reads_in_a_row_;
    input.commit(static_cast<std::size_t>(size));
    return true;
  }
  closed_by_peer_ = size == 0;
  ended_ = closed_by_peer_ || !would_block();
  may_have_input_ = false;
  return false;
}

std::optional<std::size_t> Stream::send_now(std::string_view first, std::string_view second) {
  ssize_t sent = 0;
  if (second.empty()) {
    sent = ::send(descriptor_, first.data(), first.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
  } else {
    std::array<iovec, 2> pieces{
        {{const_cast<char*>(first.data()), first.size()}, {const_cast<char*>(second.data()), second.size()}}};
    msghdr message{};
    message.msg_iov = pieces.data();
    message.msg_iovlen = pieces.size();
    sent = ::sendmsg(descriptor_, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  }
  if (sent >= 0) return static_cast<std::size_t>(sent);
  if (!would_block()) return std::nullopt;
  return 0;
}

void Stream::on_events(std::uint32_t events) {
  constexpr std::uint32_t ending = EPOLLRDHUP | EPOLLHUP | EPOLLERR;
  if ((events & ending) != 0) hung_up_ = true;
  if ((events & (EPOLLIN | ending)) != 0) may_have_input_ = true;
  reads_in_a_row_ = 0;
  // The coroutine that is resumed may destroy this stream; only one of the two waits at a time.
  if (reader_.waits() && may_have_input_) return reader_.resume(true);
  if (writer_.waits()) {
    if ((events & (EPOLLOUT | ending)) != 0) writer_.resume(true);
  } else if (observer_ != nullptr && (events & (EPOLLIN | ending)) != 0) {
    observer_->on_stream_event((events & (EPOLLHUP | EPOLLERR)) != 0);
  }
}

void Stream::resume_in_next_turn() {
  if (!YieldHook::is_linked()) readiness_.resume_in_next_turn(*this);
}

void Stream::on_next_turn() {
  reads_in_a_row_ = 0;
  if (reader_.waits()) reader_.resume(true);
}

void Stream::cancel() {
  if (reader_.waits()) return reader_.resume(false);
  if (writer_.waits()) writer_.resume(false);
}

void Stream::drop_waiters() {
  reader_.drop();
  writer_.drop();
}

void Stream::finish_sending() { ::shutdown(descriptor_, SHUT_WR); }
void Stream::shut_down() { ::shutdown(descriptor_, SHUT_RDWR); }

bool Stream::has_input() const {
  if (!may_have_input_) return ended_;
  char byte;
  const auto seen = ::recv(descriptor_, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
  return seen >= 0 || !would_block();
}

Tcp::endpoint Stream::peer() const {
  Tcp::endpoint endpoint;
  socklen_t size = static_cast<socklen_t>(endpoint.capacity());
  if (::getpeername(descriptor_, endpoint.data(), &size) != 0) return {};
  endpoint.resize(size);
  return endpoint;
}

}  // namespace pms::net
