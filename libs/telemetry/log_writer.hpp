// Writes log lines to a descriptor on a thread of its own, so that a reader that stalls delays no
// thread that logs.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <thread>

#include "core/mutex.hpp"

namespace pms::telemetry {

/// Writes whole lines to a descriptor and waits until they are written. Several lines go into one
/// write of at most PIPE_BUF bytes, so that lines of processes that share a pipe do not mix.
/// Returns how many lines were lost because the descriptor rejected them.
std::size_t write_lines(int descriptor, std::string_view lines);

class LogWriter {
 public:
  /// Up to `max_waiting_bytes` wait for the descriptor, and as many again are being written.
  /// `dropped` is called with the number of lines that were lost, on any thread.
  LogWriter(int descriptor, std::size_t max_waiting_bytes, std::function<void(std::size_t lines)> dropped);
  /// Waits until all lines are written, or rejected by the descriptor.
  ~LogWriter();

  /// Queues one line, which ends with a line feed, or drops it if too many bytes are waiting. Never
  /// blocks. Thread-safe.
  void write(std::string_view line);

  /// Waits until the lines that were queued before the call are written or rejected, at most for
  /// `timeout`. Returns whether they are. Thread-safe.
  bool flush(std::chrono::milliseconds timeout);

 private:
  void run();

  const int descriptor_;
  const std::size_t max_waiting_bytes_;
  const std::function<void(std::size_t)> dropped_;
  core::Mutex mutex_;
  std::condition_variable_any changed_;
  std::string waiting_ PMS_GUARDED_BY(mutex_);
  std::uint64_t queued_bytes_ PMS_GUARDED_BY(mutex_) = 0;    ///< since the start
  std::uint64_t finished_bytes_ PMS_GUARDED_BY(mutex_) = 0;  ///< of those that were queued
  bool closed_ PMS_GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all other members
};

}  // namespace pms::telemetry
