// The escapes of JSON strings (RFC 8259, section 7), appended to a std::string or an
// fmt::memory_buffer.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "core/text.hpp"

namespace pms::json {

template <class Out>
void append_plain(Out& out, std::string_view text) {
  out.append(text.data(), text.data() + text.size());
}

/// One character up to U+00FF as an escape.
template <class Out>
void append_escape(Out& out, std::uint8_t character) {
  constexpr std::string_view digits = "0123456789abcdef";
  switch (character) {
    case '"':
      return append_plain(out, "\\\"");
    case '\\':
      return append_plain(out, "\\\\");
    case '\n':
      return append_plain(out, "\\n");
    case '\r':
      return append_plain(out, "\\r");
    case '\t':
      return append_plain(out, "\\t");
    default:
      append_plain(out, "\\u00");
      out.push_back(digits[character >> 4U]);
      out.push_back(digits[character & 0xfU]);
  }
}

/// The inside of a string: escapes what JSON requires, and leaves UTF-8 as it is.
template <class Out>
void append_escaped(Out& out, std::string_view text) {
  const auto needs_escape = [](char c) { return static_cast<std::uint8_t>(c) < 0x20 || c == '"' || c == '\\'; };
  while (!text.empty()) {
    const auto plain = static_cast<std::size_t>(std::ranges::find_if(text, needs_escape) - text.begin());
    append_plain(out, text.substr(0, plain));
    text.remove_prefix(plain);
    if (text.empty()) return;
    append_escape(out, static_cast<std::uint8_t>(text.front()));
    text.remove_prefix(1);
  }
}

/// The bytes of the control character that begins at `at` (U+0000–U+001F, U+007F–U+009F); 0 if
/// there is none.
inline std::size_t control_length(std::string_view text, std::size_t at) {
  const auto c = static_cast<std::uint8_t>(text[at]);
  if (c < 0x20 || c == 0x7f) return 1;
  const bool second_range = c == 0xc2 && at + 1 < text.size() && static_cast<std::uint8_t>(text[at + 1]) < 0xa0;
  return second_range ? 2 : 0;
}

/// The inside of a string that is valid JSON whatever the text is, and that cannot steer a
/// terminal: escapes every control character too, up to U+009F, and writes U+FFFD for what is not
/// ASCII in a text that is not UTF-8.
template <class Out>
void append_escaped_for_terminal(Out& out, std::string_view text) {
  const auto is_plain = [](char c) { return c >= 0x20 && c < 0x7f && c != '"' && c != '\\'; };
  if (std::ranges::all_of(text, is_plain)) return append_plain(out, text);  // nearly every text
  const bool well_formed = core::is_utf8(text);
  std::size_t plain = 0;  // where the bytes begin that need no escape
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<std::uint8_t>(text[i]);
    const bool ill_formed = c >= 0x80 && !well_formed;
    const std::size_t control = ill_formed ? 0 : control_length(text, i);
    if (!ill_formed && control == 0 && c != '"' && c != '\\') continue;
    append_plain(out, text.substr(plain, i - plain));
    if (ill_formed) {
      append_plain(out, "\\ufffd");
    } else {
      append_escape(out, static_cast<std::uint8_t>(text[control == 2 ? ++i : i]));
    }
    plain = i + 1;
  }
  append_plain(out, text.substr(plain));
}

}  // namespace pms::json
