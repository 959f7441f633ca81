// A server that responds with arbitrary bytes, including those that a well-behaved server would
// never send.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace pms::testkit {

class ScriptedServer {
 public:
  /// The responses of one connection: one text for each request (a head and the body announced by
  /// its Content-Length), after which the connection is closed. `silence` sends no response and
  /// keeps the connection open.
  using Connection = std::vector<std::string>;
  static constexpr const char* silence = "";

  /// Listens on 127.0.0.1 and serves connections in the order of the script; further ones are
  /// accepted and closed.
  explicit ScriptedServer(std::vector<Connection> script);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  int accepted() const { return accepted_; }
  /// Returns the requests received so far, in order.
  std::vector<std::string> requests() const;
  /// Sends bytes that belong to no response on all open connections.
  void send_to_all(std::string_view bytes);
  /// Returns whether the client of the latest open connection closes it within 10 s.
  bool client_closes();

 private:
  void run(const std::vector<Connection>& script);
  void serve(int socket, const Connection& answers);
  bool receive_request(int socket, std::string& received);

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> accepted_{0};
  mutable std::mutex mutex_;  // guards the members below
  std::vector<std::string> requests_;
  std::vector<int> sockets_;  // shut down at the end, which wakes the thread; closed afterwards
  std::thread thread_;
};

}  // namespace pms::testkit
