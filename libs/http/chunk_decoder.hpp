// The chunked transfer coding (RFC 9112, section 7.1).
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "http/refusal.hpp"

namespace pms::http {

/// What a chunked body may have besides its data. A body beyond it is malformed.
struct ChunkLimits {
  std::size_t max_trailer_bytes = 32 * 1024;
  std::size_t max_trailers = 100;
  /// For sizes, extensions and line ends: this many bytes and an eighth of the data so far.
  std::uint64_t max_overhead_bytes = 16 * 1024;
};

/// A server may send its response in chunks of any size: time is limited instead.
inline constexpr ChunkLimits response_chunk_limits{.max_overhead_bytes = std::uint64_t{1} << 62};

/// Decodes one chunked body (RFC 9112, section 7.1). Extensions and trailers are checked and
/// dropped.
class ChunkDecoder {
 public:
  void begin(std::uint64_t max_body_bytes, const ChunkLimits&);
  /// Lowers the limit of a body that has begun. False: what was decoded is more.
  bool lower_limit(std::uint64_t max_body_bytes);
  /// Appends to `body`; returns how many bytes were consumed. The caller passes the rest again with
  /// more after it; when done(), the rest belongs to the next message. Errors: malformed,
  /// body_too_large.
  std::expected<std::size_t, Refusal> decode(std::string_view bytes, std::string& body);
  bool done() const { return state_ == State::done; }

 private:
  enum class State : std::uint8_t { size, data, data_end, trailers, done };

  std::expected<std::size_t, Refusal> decode_line(std::string_view bytes);
  bool begin_chunk(std::string_view line);
  bool count_overhead(std::size_t bytes);
  bool count_trailer(std::size_t bytes);

  State state_ = State::done;
  std::uint64_t remaining_ = 0;  // of the current chunk
  std::uint64_t decoded_ = 0;    // bytes of the body, with the whole current chunk
  std::uint64_t max_body_bytes_ = 0;
  std::uint64_t overhead_ = 0;  // bytes of sizes, extensions and line ends
  ChunkLimits limits_;          // of the trailers: what is left
  bool too_large_ = false;
};

}  // namespace pms::http
