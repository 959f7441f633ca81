// The chunked transfer coding (RFC 9112, section 7.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "http/refusal.hpp"

namespace pms::http {

/// Decodes one chunked body (RFC 9112, section 7.1). Extensions and trailers are checked and
/// dropped.
class ChunkDecoder {
 public:
  void begin(std::uint64_t max_body_bytes);
  /// Appends to `body`; returns how many bytes were consumed. The caller passes the rest again with
  /// more after it; when done(), the rest belongs to the next message. Errors: malformed,
  /// body_too_large.
  std::expected<std::size_t, Refusal> decode(std::string_view bytes, std::string& body);
  bool done() const { return state_ == State::done; }

 private:
  enum class State : std::uint8_t { size, data, data_end, trailers, done };

  std::expected<std::size_t, Refusal> decode_line(std::string_view bytes);
  bool begin_chunk(std::string_view line);

  State state_ = State::done;
  std::uint64_t remaining_ = 0;  // of the current chunk
  std::uint64_t allowed_ = 0;    // of the body
  bool too_large_ = false;
};

}  // namespace pms::http
