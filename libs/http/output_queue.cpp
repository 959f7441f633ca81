#include "http/output_queue.hpp"

#include <chrono>
#include <cstddef>
#include <string_view>

namespace pms::http {
namespace {

/// A buffer larger than this is not kept for the next answer.
constexpr std::size_t kept_output_bytes = 256 * 1024;

}  // namespace

bool OutputQueue::flush_now() {
  const std::size_t size = bytes_.size() + constant_.size();
  while (sent_ < size && !broken_) {
    const auto sent = sent_ < bytes_.size() ? stream_.send_now(std::string_view(bytes_).substr(sent_), constant_)
                                            : stream_.send_now(constant_.substr(sent_ - bytes_.size()));
    if (!sent) {
      broken_ = true;
    } else if (*sent == 0) {
      buffered_.resize(bytes_.capacity());
      return false;
    } else {
      sent_ += *sent;
    }
  }
  offset_ += size;
  sent_ = 0;
  bytes_.clear();
  constant_ = {};
  if (bytes_.capacity() > kept_output_bytes) bytes_.shrink_to_fit();
  buffered_.resize(0);
  return true;
}

core::Task<bool> OutputQueue::flush() {
  const auto limit = timer_.deadline();
  while (!flush_now()) {
    timer_.set_deadline(std::chrono::steady_clock::now() + write_timeout_);
    const bool ready = co_await stream_.writable();
    if (!ready) broken_ = true;
  }
  timer_.set_deadline(limit);
  co_return !broken_;
}

}  // namespace pms::http
