#include "telemetry/log_writer.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <poll.h>
#include <pthread.h>
#include <unistd.h>

namespace pms::telemetry {
namespace {

/// Returns the length of as many whole lines as fit into one atomic write to a pipe, or of the
/// first line if it alone is longer.
std::size_t length_of_one_write(std::string_view lines) {
  if (lines.size() <= PIPE_BUF) return lines.size();
  const std::size_t last = lines.rfind('\n', PIPE_BUF - 1);
  if (last != std::string_view::npos) return last + 1;
  return std::min(lines.find('\n'), lines.size() - 1) + 1;
}

/// Writes all bytes. Returns false if the descriptor rejects them.
bool write_all(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {  // another process has made the descriptor that it shares non-blocking
      pollfd writable{.fd = descriptor, .events = POLLOUT, .revents = 0};
      ::poll(&writable, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::size_t write_lines(int descriptor, std::string_view lines) {
  std::size_t lost = 0;
  while (!lines.empty()) {
    const std::string_view several = lines.substr(0, length_of_one_write(lines));
    if (!write_all(descriptor, several)) lost += static_cast<std::size_t>(std::ranges::count(several, '\n'));
    lines.remove_prefix(several.size());
  }
  return lost;
}

LogWriter::LogWriter(int descriptor, std::size_t max_waiting_bytes, std::function<void(std::size_t)> dropped)
    : descriptor_(descriptor), max_waiting_bytes_(max_waiting_bytes), dropped_(std::move(dropped)) {
  waiting_.reserve(max_waiting_bytes_);  // write() then never allocates
  thread_ = std::thread(&LogWriter::run, this);
  pthread_setname_np(thread_.native_handle(), "log");
}

LogWriter::~LogWriter() {
  {
    core::MutexLock lock(mutex_);
    closed_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void LogWriter::write(std::string_view line) {
  bool fits = false;
  bool was_empty = false;
  {
    core::MutexLock lock(mutex_);
    was_empty = waiting_.empty();
    fits = waiting_.size() + line.size() <= max_waiting_bytes_;
    if (fits) {
      waiting_.append(line);
      queued_bytes_ += line.size();
    }
  }
  if (!fits) dropped_(1);
  if (fits && was_empty) changed_.notify_all();
}

bool LogWriter::flush(std::chrono::milliseconds timeout) {
  const auto end = std::chrono::steady_clock::now() + timeout;
  core::MutexLock lock(mutex_);
  const std::uint64_t queued = queued_bytes_;
  while (finished_bytes_ < queued && std::chrono::steady_clock::now() < end) changed_.wait_until(mutex_, end);
  return finished_bytes_ >= queued;
}

void LogWriter::run() {
  std::string lines;
  lines.reserve(max_waiting_bytes_);
  for (;;) {
    {
      core::MutexLock lock(mutex_);
      while (waiting_.empty() && !closed_) changed_.wait(mutex_);
      if (waiting_.empty()) return;
      lines.swap(waiting_);
    }
    if (const std::size_t lost = write_lines(descriptor_, lines); lost > 0) dropped_(lost);
    {
      core::MutexLock lock(mutex_);
      finished_bytes_ += lines.size();
    }
    changed_.notify_all();
    lines.clear();
  }
}

}  // namespace pms::telemetry
