// A TCP connection that sends exactly the bytes a test says: for what a well-behaved client would never send.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace pms::testkit {

/// Blocking; an operation that takes longer than 10 s throws std::runtime_error.
class RawConnection {
 public:
  explicit RawConnection(std::uint16_t port);  ///< to 127.0.0.1
  ~RawConnection();
  RawConnection(const RawConnection&) = delete;
  RawConnection& operator=(const RawConnection&) = delete;

  void send(std::string_view bytes);
  /// No more will be sent; answers can still be received.
  void finish_sending();
  void set_receive_buffer(int bytes);

  /// Up to and including `end`; throws when the connection closes first.
  std::string receive_until(std::string_view end);
  /// Exactly so many bytes.
  std::string receive(std::size_t size);
  /// A head and a body of its Content-Length (without body: to a HEAD request).
  std::string receive_answer(bool to_head = false);
  /// Everything until the other side closes.
  std::string receive_all();
  /// Whether the other side closes without a further byte.
  bool closes();

 private:
  bool receive_some();

  int socket_;
  std::string received_;
};

/// Status of an answer's first line.
int status_of(std::string_view answer);
/// First value of a header field, without regard to the case of its name; empty when absent.
std::string header_of(std::string_view answer, std::string_view name);
std::string body_of(std::string_view answer);

}  // namespace pms::testkit
