#include "messaging/embedded/header_codec.hpp"

#include <boost/endian/conversion.hpp>
#include <cstddef>
#include <cstdint>

namespace pms::messaging::embedded {

namespace {

constexpr std::size_t length_bytes = 4;

void append(std::string& blob, std::string_view text) {
  unsigned char length[length_bytes];
  boost::endian::store_little_u32(length, static_cast<std::uint32_t>(text.size()));
  blob.append(reinterpret_cast<const char*>(length), length_bytes);
  blob.append(text);
}

std::optional<std::string> take(std::string_view& blob) {
  if (blob.size() < length_bytes) return std::nullopt;
  const std::size_t length = boost::endian::load_little_u32(reinterpret_cast<const unsigned char*>(blob.data()));
  blob.remove_prefix(length_bytes);
  if (blob.size() < length) return std::nullopt;
  std::string text(blob.substr(0, length));
  blob.remove_prefix(length);
  return text;
}

}  // namespace

std::string encode_headers(const Headers& headers) {
  std::string blob;
  for (const auto& [name, value] : headers) {
    append(blob, name);
    append(blob, value);
  }
  return blob;
}

std::optional<Headers> decode_headers(std::string_view blob) {
  Headers headers;
  while (!blob.empty()) {
    auto name = take(blob);
    auto value = take(blob);
    if (!name || !value) return std::nullopt;
    headers.emplace_back(std::move(*name), std::move(*value));
  }
  return headers;
}

}  // namespace pms::messaging::embedded
