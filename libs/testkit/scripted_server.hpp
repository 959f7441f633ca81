// A server that answers exactly the bytes a test says: for what a well-behaved server would never answer.
#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace pms::testkit {

class ScriptedServer {
 public:
  /// What one connection answers: a text for each request (a head and the body its Content-Length announces), after
  /// which it is closed. `silence`: no answer, and the connection stays open.
  using Connection = std::vector<std::string>;
  static constexpr const char* silence = "";

  /// Listens on 127.0.0.1 and serves the connections in the order of the script; further ones are accepted and closed.
  explicit ScriptedServer(std::vector<Connection> script);
  ~ScriptedServer();
  ScriptedServer(const ScriptedServer&) = delete;
  ScriptedServer& operator=(const ScriptedServer&) = delete;

  std::uint16_t port() const { return port_; }
  int accepted() const { return accepted_; }
  /// The requests received so far, as they came.
  std::vector<std::string> requests() const;

 private:
  void run(const std::vector<Connection>& script);
  void serve(int socket, const Connection& answers);
  bool receive_request(int socket, std::string& received);

  int listener_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<int> accepted_{0};
  mutable std::mutex mutex_;  // of what follows
  std::vector<std::string> requests_;
  std::vector<int> sockets_;  // shut down at the end, which wakes the thread; closed after it
  std::thread thread_;
};

}  // namespace pms::testkit
