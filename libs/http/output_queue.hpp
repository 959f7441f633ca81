// Bytes on their way to a client: queued by the exchange, and sent as fast as the client receives
// them.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/assert.hpp"
#include "core/task.hpp"
#include "http/buffered_bytes.hpp"
#include "net/deadline_timer.hpp"
#include "net/stream.hpp"

namespace pms::http {

/// Belongs to one connection and is used on its thread only.
class OutputQueue {
 public:
  /// `timer` belongs to the same connection: its deadline limits each wait for the client to
  /// `write_timeout`. Both outlive the queue.
  OutputQueue(net::Stream& stream, net::Expiring& timer, std::chrono::milliseconds write_timeout,
              std::size_t max_buffered_bytes)
      : stream_(stream), timer_(timer), write_timeout_(write_timeout), max_buffered_bytes_(max_buffered_bytes) {}

  /// The queued bytes; new ones are appended to them.
  std::string& bytes() {
    PMS_ASSERT(constant_.empty(), "a constant is flushed before anything follows it");
    return bytes_;
  }
  /// Queues text that is part of the program, without a copy. Everything has to be flushed before
  /// more is appended.
  void append_constant(std::string_view text) {
    PMS_ASSERT(constant_.empty(), "a constant is flushed before anything follows it");
    constant_ = text;
  }

  /// The next byte to be queued and the next byte to be sent, counted from the beginning of the
  /// connection.
  std::uint64_t end() const { return offset_ + bytes_.size() + constant_.size(); }
  std::uint64_t sent() const { return offset_ + sent_; }

  /// Removes the bytes from `end` on, none of which has been sent.
  void truncate(std::uint64_t end) {
    PMS_ASSERT(end >= sent(), "only bytes that have not been sent can be removed");
    constant_ = {};
    bytes_.resize(static_cast<std::size_t>(end - offset_));
  }

  /// Sends what the kernel accepts without waiting. Returns true when nothing is left to send: all
  /// is sent, or the client is gone.
  bool flush_now();
  /// Sends everything, as long as the client receives some of it within the time limit. Returns
  /// false when the client is gone.
  core::Task<bool> flush();
  /// Whether so much is queued, here or in the whole process, that it should be flushed before more
  /// is added.
  bool should_flush() const {
    return bytes_.size() - sent_ >= (BufferedBytes::total() < max_buffered_bytes_ ? flush_bytes : 1);
  }

  /// Frees the memory when it has grown beyond `keep_bytes`. Nothing may be queued.
  void release(std::size_t keep_bytes) {
    PMS_ASSERT(bytes_.empty() && constant_.empty(), "only the memory of an empty queue is released");
    if (bytes_.capacity() > keep_bytes) bytes_ = std::string();
  }

  /// Whether the client is gone: nothing more can be sent.
  bool broken() const { return broken_; }
  void set_broken() { broken_ = true; }

 private:
  static constexpr std::size_t flush_bytes = 64 * 1024;

  net::Stream& stream_;
  net::Expiring& timer_;
  std::chrono::milliseconds write_timeout_;
  std::size_t max_buffered_bytes_;
  std::string bytes_;
  std::string_view constant_;  // follows bytes_
  BufferedBytes buffered_;     // of bytes_, while the client does not receive them
  std::size_t sent_ = 0;       // bytes of both that have been sent
  std::uint64_t offset_ = 0;   // of the first byte of bytes_, counted from the beginning of the connection
  bool broken_ = false;
};

}  // namespace pms::http
