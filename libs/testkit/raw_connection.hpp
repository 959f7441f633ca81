// A TCP connection that sends arbitrary bytes, including those that a well-behaved client would
// never send.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pms::testkit {

/// Operations block; one that takes longer than 10 s throws std::runtime_error.
class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port, const std::string& address = "127.0.0.1");
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void send(std::string_view bytes);
  /// Ends sending; responses can still be received.
  void finish_sending();
  void set_receive_buffer(int bytes);
  /// Closes the connection with a reset.
  void reset();

  /// Receives up to and including `end`; throws if the connection closes first.
  std::string receive_until(std::string_view end);
  /// Receives exactly this many bytes.
  std::string receive(std::size_t size);
  /// Receives a head and a body of its Content-Length (no body for a response to HEAD).
  std::string receive_answer(bool to_head = false);
  /// Receives everything until the other side closes.
  std::string receive_all();
  /// Returns whether the other side closes without sending another byte.
  bool closes();

 private:
  bool receive_some();

  int socket_;
  std::string received_;
};

/// Returns the status in the first line of a response.
int status_of(std::string_view answer);
/// Returns the first value of a header field, regardless of the case of its name; empty if absent.
std::string header_of(std::string_view answer, std::string_view name);
std::string body_of(std::string_view answer);

}  // namespace pms::testkit
