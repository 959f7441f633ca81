#include "http/body_reader.hpp"

#include <algorithm>
#include <cstdint>
#include <string_view>
#include <utility>

namespace pms::http {

void BodyReader::begin(Framing framing, std::uint64_t length, std::uint64_t max_bytes, const ChunkLimits& limits) {
  framing_ = framing;
  remaining_ = framing == Framing::length ? length : 0;
  taken_ = 0;
  max_bytes_ = max_bytes;
  if (framing == Framing::chunked) chunks_.begin(max_bytes, limits);
}

bool BodyReader::lower_limit(std::uint64_t max_bytes) {
  if (framing_ == Framing::chunked) return chunks_.lower_limit(max_bytes);
  max_bytes_ = std::min(max_bytes_, max_bytes);
  return taken_ + remaining_ <= max_bytes_;
}

BodyReader::Piece BodyReader::take(net::InputBuffer& input) {
  switch (framing_) {
    case Framing::none:
      return {};
    case Framing::length:
      return take_sized(input);
    case Framing::chunked:
      return take_chunks(input);
    case Framing::until_close:
      return take_until_close(input);
  }
  std::unreachable();
}

BodyReader::Piece BodyReader::take_sized(net::InputBuffer& input) {
  if (remaining_ > max_bytes_ - taken_) return refuse(Refusal::body_too_large);
  const std::string_view bytes = input.unread().substr(0, remaining_);
  input.consume(bytes.size());
  remaining_ -= bytes.size();
  taken_ += bytes.size();
  return {remaining_ == 0 ? Status::complete : Status::part, bytes};
}

BodyReader::Piece BodyReader::take_chunks(net::InputBuffer& input) {
  decoded_.clear();
  const auto used = chunks_.decode(input.unread(), decoded_);
  if (!used) return refuse(used.error());
  input.consume(*used);
  return {chunks_.done() ? Status::complete : Status::part, decoded_};
}

BodyReader::Piece BodyReader::take_until_close(net::InputBuffer& input) {
  const std::string_view bytes = input.unread();
  if (bytes.size() > max_bytes_ - taken_) return refuse(Refusal::body_too_large);
  input.consume(bytes.size());
  taken_ += bytes.size();
  return {Status::part, bytes};
}

BodyReader::Piece BodyReader::refuse(Refusal refusal) {
  refusal_ = refusal;
  return {Status::refused, {}};
}

}  // namespace pms::http
