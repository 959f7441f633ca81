#include "testkit/raw_connection.hpp"

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <stdexcept>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <utility>

namespace pms::testkit {

RawConnection::RawConnection(std::uint16_t port, const std::string& address) {
  const boost::asio::ip::tcp::endpoint endpoint(boost::asio::ip::make_address(address), port);
  socket_ = ::socket(endpoint.protocol().family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  const timeval limit{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  ::setsockopt(socket_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  if (::connect(socket_, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0) {
    ::close(socket_);
    throw std::runtime_error("could not connect");
  }
}

RawConnection::~RawConnection() {
  if (socket_ >= 0) ::close(socket_);
}

void RawConnection::reset() {
  const linger immediately{.l_onoff = 1, .l_linger = 0};
  ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &immediately, sizeof immediately);
  ::close(std::exchange(socket_, -1));
}

void RawConnection::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) throw std::runtime_error("could not send");
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
}

void RawConnection::finish_sending() { ::shutdown(socket_, SHUT_WR); }

void RawConnection::set_receive_buffer(int bytes) {
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &bytes, sizeof bytes);
}

bool RawConnection::receive_some() {
  char buffer[16 * 1024];
  const auto size = ::recv(socket_, buffer, sizeof buffer, 0);
  if (size < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) throw std::runtime_error("nothing received for 10 s");
  if (size <= 0) return false;  // closed or reset
  received_.append(buffer, static_cast<std::size_t>(size));
  return true;
}

std::string RawConnection::receive_until(std::string_view end) {
  for (;;) {
    const std::size_t at = received_.find(end);
    if (at != std::string::npos) return receive(at + end.size());
    if (!receive_some()) throw std::runtime_error("closed after: " + received_);
  }
}

std::string RawConnection::receive(std::size_t size) {
  while (received_.size() < size)
    if (!receive_some()) throw std::runtime_error("closed after: " + received_);
  std::string taken = received_.substr(0, size);
  received_.erase(0, size);
  return taken;
}

std::string RawConnection::receive_answer(bool to_head) {
  std::string answer = receive_until("\r\n\r\n");
  const std::string length = header_of(answer, "Content-Length");
  if (!length.empty() && !to_head) answer += receive(std::stoul(length));
  return answer;
}

std::string RawConnection::receive_all() {
  while (receive_some()) {
  }
  return std::exchange(received_, {});
}

bool RawConnection::closes() { return received_.empty() && !receive_some(); }

int status_of(std::string_view answer) {
  return answer.starts_with("HTTP/1.1 ") ? std::stoi(std::string(answer.substr(9, 3))) : 0;
}

std::string header_of(std::string_view answer, std::string_view name) {
  answer = answer.substr(0, answer.find("\r\n\r\n") + 2);
  for (std::size_t line = answer.find("\r\n") + 2; line < answer.size(); line = answer.find("\r\n", line) + 2) {
    const std::string_view text = answer.substr(line, answer.find("\r\n", line) - line);
    if (text.size() > name.size() && text[name.size()] == ':' &&
        ::strncasecmp(text.data(), name.data(), name.size()) == 0)
      return std::string(text.substr(std::min(text.size(), name.size() + 2)));
  }
  return {};
}

std::string body_of(std::string_view answer) {
  const std::size_t end = answer.find("\r\n\r\n");
  return end == std::string_view::npos ? std::string() : std::string(answer.substr(end + 4));
}

}  // namespace pms::testkit
