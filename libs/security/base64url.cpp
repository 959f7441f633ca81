#include "security/base64url.hpp"

#include <array>
#include <cstddef>
#include <cstdint>

namespace pms::security {
namespace {

constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

constexpr std::uint8_t none = 255;

constexpr std::array<std::uint8_t, 256> values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(none);
  for (std::size_t i = 0; i < alphabet.size(); ++i)
    table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::uint8_t>(i);
  return table;
}();

}  // namespace

std::string base64url_encode(std::string_view bytes) {
  std::string text;
  text.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t pending = 0;
  unsigned pending_bits = 0;
  for (char byte : bytes) {
    pending = pending << 8 | static_cast<unsigned char>(byte);
    for (pending_bits += 8; pending_bits >= 6; pending_bits -= 6) text += alphabet[pending >> (pending_bits - 6) & 63];
  }
  if (pending_bits > 0) text += alphabet[pending << (6 - pending_bits) & 63];
  return text;
}

std::optional<std::string> base64url_decode(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string bytes;
  bytes.reserve(text.size() * 3 / 4);
  std::uint32_t pending = 0;
  unsigned pending_bits = 0;
  for (char character : text) {
    std::uint8_t value = values[static_cast<unsigned char>(character)];
    if (value == none) return std::nullopt;
    pending = pending << 6 | value;
    pending_bits += 6;
    if (pending_bits >= 8) {
      pending_bits -= 8;
      bytes += static_cast<char>(pending >> pending_bits & 255);
    }
  }
  if ((pending & ((1U << pending_bits) - 1)) != 0) return std::nullopt;
  return bytes;
}

}  // namespace pms::security
