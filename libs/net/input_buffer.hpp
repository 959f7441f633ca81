// Received bytes of a connection: read into at the end, consumed from the front.
#pragma once

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <cstddef>
#include <cstring>
#include <memory>
#include <string_view>

namespace pms::net {

class InputBuffer {
 public:
  std::string_view unread() const { return {data_.get() + begin_, end_ - begin_}; }
  bool empty() const { return begin_ == end_; }

  /// The consumed bytes stay where they are, and views into them stay valid, until prepare(),
  /// append() or release().
  void consume(std::size_t size) {
    begin_ += size;
    if (begin_ == end_) begin_ = end_ = 0;
  }

  /// Returns space for at least `size` bytes after the unread ones. The unread bytes may move:
  /// views into the buffer are invalid afterwards.
  boost::asio::mutable_buffer prepare(std::size_t size) {
    if (capacity_ - end_ < size) make_room(size);
    return {data_.get() + end_, capacity_ - end_};
  }
  void commit(std::size_t size) { end_ += size; }

  void append(std::string_view bytes) {
    if (bytes.empty()) return;
    std::memcpy(prepare(bytes.size()).data(), bytes.data(), bytes.size());
    commit(bytes.size());
  }

  /// Frees the memory when nothing is unread and the buffer has grown beyond `keep_bytes`.
  void release(std::size_t keep_bytes) {
    if (!empty() || capacity_ <= keep_bytes) return;
    data_.reset();
    capacity_ = 0;
  }

 private:
  static constexpr std::size_t first_bytes = 4096;

  void make_room(std::size_t size) {
    const std::size_t unread_bytes = end_ - begin_;
    if (capacity_ - unread_bytes >= size) {
      std::memmove(data_.get(), data_.get() + begin_, unread_bytes);
    } else {
      capacity_ = std::max({first_bytes, 2 * capacity_, unread_bytes + size});
      auto larger = std::make_unique_for_overwrite<char[]>(capacity_);
      if (unread_bytes > 0) std::memcpy(larger.get(), data_.get() + begin_, unread_bytes);
      data_ = std::move(larger);
    }
    begin_ = 0;
    end_ = unread_bytes;
  }

  std::unique_ptr<char[]> data_;
  std::size_t capacity_ = 0;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
};

}  // namespace pms::net
