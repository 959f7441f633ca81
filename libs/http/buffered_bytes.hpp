// The memory that all connections of the process together hold for request bodies and unsent
// responses.
#pragma once

#include <atomic>
#include <cstddef>

namespace pms::http {

/// A connection's share, which it returns at its destruction. Used on one thread.
class BufferedBytes {
 public:
  BufferedBytes() = default;
  ~BufferedBytes() { resize(0); }
  BufferedBytes(const BufferedBytes&) = delete;
  BufferedBytes& operator=(const BufferedBytes&) = delete;

  /// Sets the connection's share. Shares below `free_bytes` are not counted, since almost every
  /// request has one.
  void resize(std::size_t bytes) {
    if (bytes < free_bytes) bytes = 0;
    if (bytes == held_) return;
    total_.fetch_add(bytes - held_, std::memory_order_relaxed);  // modulo the word size, also for less
    held_ = bytes;
  }

  /// Returns how much all connections hold together.
  static std::size_t total() { return total_.load(std::memory_order_relaxed); }

  static constexpr std::size_t free_bytes = 4096;

 private:
  static inline std::atomic<std::size_t> total_{0};
  std::size_t held_ = 0;
};

}  // namespace pms::http
