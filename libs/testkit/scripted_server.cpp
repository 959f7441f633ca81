#include "testkit/scripted_server.hpp"

#include <arpa/inet.h>
#include <cstddef>
#include <netinet/in.h>
#include <stdexcept>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "testkit/raw_connection.hpp"

namespace pms::testkit {

ScriptedServer::ScriptedServer(std::vector<Connection> script)
    : listener_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_, generic, size) != 0 || ::listen(listener_, 100) != 0 ||
      ::getsockname(listener_, generic, &size) != 0) {
    ::close(listener_);
    throw std::runtime_error("could not listen");
  }
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this, script = std::move(script)] { run(script); });
}

ScriptedServer::~ScriptedServer() {
  ::shutdown(listener_, SHUT_RDWR);
  {
    std::lock_guard lock(mutex_);
    for (int socket : sockets_) ::shutdown(socket, SHUT_RDWR);
  }
  thread_.join();
  for (int socket : sockets_) ::close(socket);
  ::close(listener_);
}

std::vector<std::string> ScriptedServer::requests() const {
  std::lock_guard lock(mutex_);
  return requests_;
}

void ScriptedServer::send_to_all(std::string_view bytes) {
  std::lock_guard lock(mutex_);
  for (const int socket : sockets_) ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
}

bool ScriptedServer::client_closes() {
  int socket = -1;
  {
    std::lock_guard lock(mutex_);
    if (sockets_.empty()) return false;
    socket = sockets_.back();
  }
  const timeval limit{.tv_sec = 10, .tv_usec = 0};
  ::setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  char byte;
  return ::recv(socket, &byte, 1, 0) == 0;
}

void ScriptedServer::run(const std::vector<Connection>& script) {
  for (std::size_t next = 0;; ++next) {
    const int socket = ::accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC);
    if (socket < 0) return;
    ++accepted_;
    if (next >= script.size()) {
      ::close(socket);
      continue;
    }
    {
      std::lock_guard lock(mutex_);
      sockets_.push_back(socket);
    }
    serve(socket, script[next]);
  }
}

void ScriptedServer::serve(int socket, const Connection& answers) {
  std::string received;
  for (const std::string& answer : answers) {
    if (!receive_request(socket, received)) break;
    if (answer.empty()) return;  // silence
    ::send(socket, answer.data(), answer.size(), MSG_NOSIGNAL);
  }
  std::lock_guard lock(mutex_);
  std::erase(sockets_, socket);
  ::close(socket);
}

bool ScriptedServer::receive_request(int socket, std::string& received) {
  for (;;) {
    const std::size_t head = received.find("\r\n\r\n");
    if (head != std::string::npos) {
      const std::string length = header_of(received, "Content-Length");
      const std::size_t size = head + 4 + (length.empty() ? 0 : std::stoul(length));
      if (received.size() >= size) {
        std::lock_guard lock(mutex_);
        requests_.push_back(received.substr(0, size));
        received.erase(0, size);
        return true;
      }
    }
    char buffer[16 * 1024];
    const auto more = ::recv(socket, buffer, sizeof buffer, 0);
    if (more <= 0) return false;
    received.append(buffer, static_cast<std::size_t>(more));
  }
}

}  // namespace pms::testkit
