#include "http/socket.hpp"

#include <sys/socket.h>
#include <sys/uio.h>

namespace pms::http {
namespace {

std::optional<std::size_t> outcome(ssize_t sent) {
  if (sent >= 0) return static_cast<std::size_t>(sent);
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return 0;
  return std::nullopt;
}

}  // namespace

std::optional<std::size_t> send_now(Socket& socket, std::string_view bytes) {
  return outcome(::send(socket.native_handle(), bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT));
}

std::optional<std::size_t> send_now(Socket& socket, std::string_view first, std::string_view second) {
  if (second.empty()) return send_now(socket, first);
  std::array<iovec, 2> pieces{
      {{const_cast<char*>(first.data()), first.size()}, {const_cast<char*>(second.data()), second.size()}}};
  msghdr message{};
  message.msg_iov = pieces.data();
  message.msg_iovlen = pieces.size();
  return outcome(::sendmsg(socket.native_handle(), &message, MSG_NOSIGNAL | MSG_DONTWAIT));
}

}  // namespace pms::http
