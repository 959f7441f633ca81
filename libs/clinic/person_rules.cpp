#include "clinic/person_rules.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>

#include "core/text.hpp"

namespace pms::clinic {
namespace {

using namespace std::chrono;

constexpr core::Date earliest_birth = year{1850} / January / 1;
constexpr std::size_t max_name_characters = 100;
constexpr std::size_t max_address_characters = 500;
constexpr std::size_t max_email_bytes = 254;      // RFC 5321, section 4.5.3.1.3 less the angle brackets
constexpr std::size_t max_local_part_bytes = 64;  // section 4.5.3.1.1
constexpr std::size_t max_label_bytes = 63;       // RFC 1035, section 2.3.4

std::optional<std::string> check_line(std::string_view text, std::size_t longest) {
  if (!core::is_utf8(text)) return "must be well-formed UTF-8";
  if (text.empty() || core::length_in_code_points(text) > longest)
    return "must have 1 to " + std::to_string(longest) + " characters";
  if (core::has_control_character(text)) return "must not contain control characters";
  if (core::is_blank(text)) return "must not be blank";
  return std::nullopt;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         static_cast<std::uint8_t>(c) >= 0x80;
}

/// Returns whether the character is an atext of RFC 5322, section 3.2.3, extended to UTF-8 by RFC
/// 6531, section 3.3.
bool is_atom_character(char c) {
  return is_letter_or_digit(c) || std::string_view("!#$%&'*+-/=?^_`{|}~").find(c) != std::string_view::npos;
}

/// Returns whether the text consists of pieces between dots, none of them empty and each accepted.
template <class Accepts>
bool each_dotted_piece(std::string_view text, Accepts accepts) {
  while (true) {
    const std::size_t dot = text.find('.');
    const std::string_view piece = text.substr(0, dot);
    if (piece.empty() || !accepts(piece)) return false;
    if (dot == text.npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool is_local_part(std::string_view text) {
  return text.size() <= max_local_part_bytes &&
         each_dotted_piece(text, [](std::string_view atom) { return std::ranges::all_of(atom, is_atom_character); });
}

bool is_domain(std::string_view text) {
  return each_dotted_piece(text, [](std::string_view label) {
    return label.size() <= max_label_bytes && label.front() != '-' && label.back() != '-' &&
           std::ranges::all_of(label, [](char c) { return c == '-' || is_letter_or_digit(c); });
  });
}

}  // namespace

std::optional<std::string> check_name(std::string_view name) { return check_line(name, max_name_characters); }

std::optional<std::string> check_address(std::string_view address) {
  return check_line(address, max_address_characters);
}

std::optional<std::string> check_email(std::string_view email) {
  if (!core::is_utf8(email)) return "must be well-formed UTF-8";
  if (email.size() > max_email_bytes) return "must have at most " + std::to_string(max_email_bytes) + " bytes";
  const std::size_t at = email.rfind('@');
  if (at == email.npos || !is_local_part(email.substr(0, at)) || !is_domain(email.substr(at + 1)) ||
      core::has_control_character(email) || core::has_space_or_format_character(email))
    return "must be an e-mail address such as ana@example.com";
  return std::nullopt;
}

std::optional<std::string> check_birth_date(std::string_view text, core::Date today) {
  const auto date = core::parse_date(text);
  if (!date) return "must be a valid date, e.g. 1985-06-15";
  if (*date >= earliest_birth && *date <= today) return std::nullopt;
  return "must be a date from " + core::format_date(earliest_birth) + " to " + core::format_date(today);
}

}  // namespace pms::clinic
