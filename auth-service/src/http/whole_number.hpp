// Numbers in query strings.
#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pms::auth {

/// Digits only, between the two; else nothing.
inline std::optional<std::int64_t> whole_number(std::string_view text, std::int64_t smallest, std::int64_t largest) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || number < smallest || number > largest) return std::nullopt;
  return number;
}

}  // namespace pms::auth
