#include "http/chunk_decoder.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "http/characters.hpp"

namespace pms::http {
namespace {

/// The longest size line with its extensions, and the longest trailer line.
constexpr std::size_t max_line_bytes = 4 * 1024;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Chunk extensions, `;name=value`, are checked for control characters only.
bool are_extensions(std::string_view text) { return text.empty() || (text.front() == ';' && has_only_text(text)); }

/// A trailer is a field like any other, but one that would change the framing is refused.
bool is_trailer(std::string_view line) {
  const std::size_t colon = line.find(':');
  if (colon == 0 || colon == std::string_view::npos) return false;
  const std::string_view name = line.substr(0, colon);
  return std::ranges::all_of(name, is_token_char) && has_only_text(line.substr(colon)) &&
         !is_name(name, "content-length") && !is_name(name, "transfer-encoding");
}

}  // namespace

void ChunkDecoder::begin(std::uint64_t max_body_bytes, const ChunkLimits& limits) {
  state_ = State::size;
  remaining_ = 0;
  decoded_ = 0;
  max_body_bytes_ = max_body_bytes;
  overhead_ = 0;
  limits_ = limits;
  too_large_ = false;
}

bool ChunkDecoder::lower_limit(std::uint64_t max_body_bytes) {
  max_body_bytes_ = std::min(max_body_bytes_, max_body_bytes);
  return decoded_ <= max_body_bytes_;
}

bool ChunkDecoder::count_overhead(std::size_t bytes) {
  overhead_ += bytes;
  return overhead_ <= limits_.max_overhead_bytes + decoded_ / 8;
}

bool ChunkDecoder::count_trailer(std::size_t bytes) {
  if (bytes > limits_.max_trailer_bytes || limits_.max_trailers == 0) return false;
  limits_.max_trailer_bytes -= bytes;
  --limits_.max_trailers;
  return true;
}

std::expected<std::size_t, Refusal> ChunkDecoder::decode(std::string_view bytes, std::string& body) {
  std::size_t used = 0;
  while (state_ != State::done) {
    const std::string_view rest = bytes.substr(used);
    if (state_ == State::data) {
      const std::string_view piece = rest.substr(0, remaining_);
      body.append(piece);
      used += piece.size();
      remaining_ -= piece.size();
      if (remaining_ > 0) break;
      state_ = State::data_end;
      continue;
    }
    const auto line = decode_line(rest);
    if (!line) return line;
    if (*line == 0) break;
    used += *line;
  }
  return used;
}

/// Decodes one line: a size, the end of a chunk's data, a trailer or the end. 0: the line is not
/// complete yet.
std::expected<std::size_t, Refusal> ChunkDecoder::decode_line(std::string_view bytes) {
  const std::size_t end = bytes.find('\n');
  if (end == std::string_view::npos) {
    if (bytes.size() > max_line_bytes) return std::unexpected(Refusal::malformed);
    return 0;
  }
  if (end == 0 || end > max_line_bytes || bytes[end - 1] != '\r') return std::unexpected(Refusal::malformed);
  const std::string_view line = bytes.substr(0, end - 1);
  switch (state_) {
    case State::size:
      if (!begin_chunk(line)) return std::unexpected(too_large_ ? Refusal::body_too_large : Refusal::malformed);
      if (!count_overhead(end + 1)) return std::unexpected(Refusal::malformed);
      break;
    case State::data_end:
      if (!line.empty() || !count_overhead(end + 1)) return std::unexpected(Refusal::malformed);
      state_ = State::size;
      break;
    default:
      if (line.empty()) {
        state_ = State::done;
      } else if (!is_trailer(line) || !count_trailer(end + 1)) {
        return std::unexpected(Refusal::malformed);
      }
  }
  return end + 1;
}

bool ChunkDecoder::begin_chunk(std::string_view line) {
  std::uint64_t size = 0;
  std::size_t digits = 0;
  for (; digits < line.size() && hex_value(line[digits]) >= 0; ++digits) {
    if (size >> 60 != 0) return false;
    size = size * 16 + static_cast<std::uint64_t>(hex_value(line[digits]));
  }
  if (digits == 0 || !are_extensions(line.substr(digits))) return false;
  too_large_ = size > max_body_bytes_ - decoded_;
  if (too_large_) return false;
  decoded_ += size;
  remaining_ = size;
  state_ = size == 0 ? State::trailers : State::data;
  return true;
}

}  // namespace pms::http
