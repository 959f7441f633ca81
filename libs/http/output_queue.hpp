// Bytes on their way to a client: queued by the exchange, and sent as fast as the client receives
// them.
#pragma once

#include <cassert>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

#include "core/task.hpp"
#include "net/deadline_timer.hpp"
#include "net/stream.hpp"

namespace pms::http {

/// Belongs to one connection and is used on its thread only.
class OutputQueue {
 public:
  /// `timer` belongs to the same connection: its deadline limits each wait for the client to
  /// `write_timeout`. Both outlive the queue.
  OutputQueue(net::Stream& stream, net::Expiring& timer, std::chrono::milliseconds write_timeout)
      : stream_(stream), timer_(timer), write_timeout_(write_timeout) {}

  /// The queued bytes; new ones are appended to them.
  std::string& bytes() { return bytes_; }

  /// The next byte to be queued and the next byte to be sent, counted from the beginning of the
  /// connection.
  std::uint64_t end() const { return offset_ + bytes_.size(); }
  std::uint64_t sent() const { return offset_ + sent_; }

  /// Removes the bytes from `end` on, none of which has been sent.
  void truncate(std::uint64_t end) {
    assert(end >= sent());
    bytes_.resize(static_cast<std::size_t>(end - offset_));
  }

  /// Sends what the kernel accepts without waiting. Returns true when nothing is left to send: all
  /// is sent, or the client is gone.
  bool flush_now();
  /// Sends everything, as long as the client receives some of it within the time limit. Returns
  /// false when the client is gone.
  core::Task<bool> flush();
  /// Whether so much is queued that it should be flushed before more is added.
  bool should_flush() const { return bytes_.size() - sent_ >= flush_bytes; }

  /// Whether the client is gone: nothing more can be sent.
  bool broken() const { return broken_; }
  void set_broken() { broken_ = true; }

 private:
  static constexpr std::size_t flush_bytes = 64 * 1024;

  net::Stream& stream_;
  net::Expiring& timer_;
  std::chrono::milliseconds write_timeout_;
  std::string bytes_;
  std::size_t sent_ = 0;      // bytes of bytes_ that have been sent
  std::uint64_t offset_ = 0;  // of the first byte of bytes_, counted from the beginning of the connection
  bool broken_ = false;
};

}  // namespace pms::http
