#include "http/body_reader.hpp"

#include <cstdint>
#include <string_view>
#include <utility>

namespace pms::http {

void BodyReader::begin(Framing framing, std::uint64_t length, std::uint64_t max_bytes) {
  framing_ = framing;
  remaining_ = length;
  allowed_ = max_bytes;
  if (framing == Framing::chunked) chunks_.begin(max_bytes);
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
  if (remaining_ > allowed_) return refuse(Refusal::body_too_large);
  const std::string_view bytes = input.unread().substr(0, remaining_);
  input.consume(bytes.size());
  remaining_ -= bytes.size();
  allowed_ -= bytes.size();
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
  if (bytes.size() > allowed_) return refuse(Refusal::body_too_large);
  input.consume(bytes.size());
  allowed_ -= bytes.size();
  return {Status::part, bytes};
}

BodyReader::Piece BodyReader::refuse(Refusal refusal) {
  refusal_ = refusal;
  return {Status::refused, {}};
}

}  // namespace pms::http
