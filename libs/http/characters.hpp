// The characters of HTTP (RFC 9110, section 5.6.2 and 5.5).
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string_view>

namespace pms::http {

/// tchar
constexpr auto token_chars = [] {
  std::array<bool, 256> table{};
  for (unsigned char c = '0'; c <= '9'; ++c) table[c] = true;
  for (unsigned char c = 'A'; c <= 'Z'; ++c) table[c] = table[c + ('a' - 'A')] = true;
  for (char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

inline bool is_token_char(char c) { return token_chars[static_cast<unsigned char>(c)]; }

/// Visible characters, spaces, tabs and bytes beyond ASCII: no control character. Without a branch
/// in its loop and with nothing wider than a byte, so that the compiler looks at sixteen bytes at
/// once.
inline bool has_only_text(std::string_view text) {
  unsigned char wrong = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    wrong = static_cast<unsigned char>(wrong | ((byte < 0x20) & (byte != '\t')) | (byte == 0x7f));
  }
  return wrong == 0;
}

/// Visible ASCII: what a request target is made of.
inline bool has_only_visible_ascii(std::string_view text) {
  unsigned char wrong = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    wrong = static_cast<unsigned char>(wrong | (byte <= 0x20) | (byte >= 0x7f));
  }
  return wrong == 0;
}

inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

/// Without regard to the case of ASCII letters, as names of fields are compared.
inline bool equals_ignoring_case(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

/// Compares like equals_ignoring_case(), but faster: the second text must be in lower case.
inline bool is_name(std::string_view name, std::string_view lower_case) {
  if (name.size() != lower_case.size()) return false;
  for (std::size_t i = 0; i < name.size(); ++i)
    if (lower(name[i]) != lower_case[i]) return false;
  return true;
}

}  // namespace pms::http
