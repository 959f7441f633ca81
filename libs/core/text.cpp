#include "core/text.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <utf8proc.h>

namespace pms::core {
namespace {

std::uint8_t byte_at(std::string_view text, std::size_t index) { return static_cast<std::uint8_t>(text[index]); }

bool is_ascii(std::string_view text) {
  std::size_t i = 0;
  for (; i + 8 <= text.size(); i += 8) {
    std::uint64_t block = 0;
    std::memcpy(&block, text.data() + i, sizeof block);
    if ((block & 0x8080'8080'8080'8080) != 0) return false;
  }
  for (; i < text.size(); ++i)
    if (byte_at(text, i) >= 0x80) return false;
  return true;
}

char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string ascii_lower(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) { return ascii_lower(c); });
  return lower;
}

/// Returns the length of the well-formed sequence at `at` (RFC 3629, section 4), or 0.
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const std::uint8_t lead = byte_at(text, at);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || at + length > text.size()) return 0;
  const std::uint8_t second = byte_at(text, at + 1);
  const std::uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;   // overlong below
  const std::uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;  // surrogates, past U+10FFFF above
  if (second < low || second > high) return 0;
  for (std::size_t i = 2; i < length; ++i)
    if ((byte_at(text, at + i) & 0xc0) != 0x80) return 0;
  return length;
}

bool is_white_space(utf8proc_int32_t code_point) {
  if (code_point < 0x80) return code_point == ' ' || (code_point >= '\t' && code_point <= '\r');
  switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_ZS:
    case UTF8PROC_CATEGORY_ZL:
    case UTF8PROC_CATEGORY_ZP:
      return true;
    default:
      return code_point == 0x85;
  }
}

/// Returns whether the character is white space or a format character such as the zero-width space.
bool is_unseen(utf8proc_int32_t code_point) {
  return is_white_space(code_point) || utf8proc_category(code_point) == UTF8PROC_CATEGORY_CF;
}

/// Calls `visit(code point, bytes)` for each code point until it returns false. Returns true if all
/// were visited. The text must be well-formed.
template <class Visit>
bool each_code_point(std::string_view text, Visit visit) {
  while (!text.empty()) {
    utf8proc_int32_t code_point = -1;
    const auto length = utf8proc_iterate(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                         static_cast<utf8proc_ssize_t>(text.size()), &code_point);
    if (length <= 0 || !visit(code_point, text.substr(0, static_cast<std::size_t>(length)))) return false;
    text.remove_prefix(static_cast<std::size_t>(length));
  }
  return true;
}

/// Joins each run of white space to one space, and removes it at both ends.
std::string join_white_space(std::string_view text) {
  std::string joined;
  joined.reserve(text.size());
  bool pending = false;
  each_code_point(text, [&](utf8proc_int32_t code_point, std::string_view bytes) {
    if (is_white_space(code_point)) {
      pending = !joined.empty();
    } else {
      if (pending) joined += ' ';
      pending = false;
      joined += bytes;
    }
    return true;
  });
  return joined;
}

/// Ill-formed text, which utf8proc rejects, is returned unchanged.
std::string mapped(std::string_view text, int options) {
  utf8proc_uint8_t* made = nullptr;
  const auto size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()),
                   &made, static_cast<utf8proc_option_t>(options));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(made, &std::free);
  if (size < 0) return std::string(text);
  return std::string(reinterpret_cast<const char*>(made), static_cast<std::size_t>(size));
}

/// Returns what people type for the letter on a keyboard that does not have it; empty for all other
/// letters. Unicode does not decompose these letters, but sorts most of them with the plain letter
/// (UTS #10, the default collation).
std::string_view plain_form(utf8proc_int32_t code_point) {
  switch (code_point) {
    case 0x0131:  // ı
      return "i";
    case 0x00f8:  // ø
      return "o";
    case 0x0142:  // ł
      return "l";
    case 0x0111:  // đ
    case 0x00f0:  // ð
      return "d";
    case 0x0127:  // ħ
      return "h";
    case 0x0167:  // ŧ
      return "t";
    case 0x00e6:  // æ
      return "ae";
    case 0x0153:  // œ
      return "oe";
    case 0x00fe:  // þ
      return "th";
    case 0x2018:
    case 0x2019:
    case 0x02bb:
    case 0x02bc:
      return "'";
    case 0x2010:
    case 0x2012:
    case 0x2013:
    case 0x2212:
      return "-";
    default:
      return {};
  }
}

std::string with_plain_forms(std::string_view text) {
  std::string plain;
  plain.reserve(text.size());
  each_code_point(text, [&](utf8proc_int32_t code_point, std::string_view bytes) {
    const std::string_view form = plain_form(code_point);
    plain += form.empty() ? bytes : form;
    return true;
  });
  return plain;
}

/// Returns whether the character is Han, Hiragana, Katakana or Hangul, as they occur in folded
/// text.
bool is_ideograph(utf8proc_int32_t code_point) {
  return (code_point >= 0x3040 && code_point <= 0x30ff) || (code_point >= 0x3400 && code_point <= 0x9fff) ||
         (code_point >= 0xac00 && code_point <= 0xd7a3) || (code_point >= 0xf900 && code_point <= 0xfaff) ||
         (code_point >= 0x20000 && code_point <= 0x3ffff);
}

bool is_punctuation_or_symbol(utf8proc_int32_t code_point) {
  const auto category = utf8proc_category(code_point);
  return category >= UTF8PROC_CATEGORY_PC && category <= UTF8PROC_CATEGORY_SO;
}

}  // namespace

bool is_utf8(std::string_view text) {
  if (is_ascii(text)) return true;
  for (std::size_t i = 0; i < text.size();) {
    const std::size_t length = sequence_length(text, i);
    if (length == 0) return false;
    i += length;
  }
  return true;
}

std::size_t length_in_code_points(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<std::uint8_t>(c) & 0xc0) != 0x80; }));
}

std::string_view first_code_points(std::string_view text, std::size_t count) {
  std::size_t end = 0;
  while (end < text.size() && count-- > 0) end += std::max<std::size_t>(sequence_length(text, end), 1);
  return text.substr(0, end);
}

bool has_control_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const std::uint8_t byte = byte_at(text, i);
    if (byte < 0x20 || byte == 0x7f) return true;
    if (byte == 0xc2 && i + 1 < text.size() && byte_at(text, i + 1) < 0xa0) return true;  // U+0080 to U+009F
  }
  return false;
}

bool has_space_or_format_character(std::string_view text) {
  return !each_code_point(text, [](utf8proc_int32_t code_point, std::string_view) { return !is_unseen(code_point); });
}

bool is_blank(std::string_view text) {
  return each_code_point(text, [](utf8proc_int32_t code_point, std::string_view) { return is_unseen(code_point); });
}

std::string fold_for_search(std::string_view text) {
  if (is_ascii(text)) return join_white_space(ascii_lower(text));
  if (!is_utf8(text)) return std::string(text);
  // utf8proc decomposes first and then drops the marks, so both a separate mark and the mark of a
  // composed letter are removed.
  return join_white_space(with_plain_forms(mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPAT | UTF8PROC_COMPOSE |
                                                            UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK | UTF8PROC_IGNORE)));
}

std::vector<std::string_view> inner_words(std::string_view word) {
  std::vector<std::string_view> words;
  bool separated = false;
  each_code_point(word, [&](utf8proc_int32_t code_point, std::string_view bytes) {
    const bool separates = is_punctuation_or_symbol(code_point);
    const auto at = static_cast<std::size_t>(bytes.data() - word.data());
    if (at > 0 && (is_ideograph(code_point) || (separated && !separates))) words.push_back(word.substr(at));
    separated = separates;
    return true;
  });
  return words;
}

std::string fold_for_sort(std::string_view text) { return fold_for_search(text); }

std::string email_key(std::string_view text) {
  if (is_ascii(text)) return ascii_lower(text);
  return mapped(text, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD);
}

}  // namespace pms::core
