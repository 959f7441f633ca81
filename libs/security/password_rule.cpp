#include "security/password_rule.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

#include "common_passwords.hpp"
#include "core/text.hpp"

namespace pms::security {
namespace {

constexpr std::size_t min_characters = 12;
constexpr std::size_t max_characters = 128;
constexpr std::size_t max_repeated_part = 4;

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

bool is_common(std::string_view password) {
  static const auto common = [] {
    std::unordered_set<std::string_view> lines;
    std::string_view rest = common_passwords();
    while (!rest.empty()) {
      std::size_t end = std::min(rest.find('\n'), rest.size());
      lines.insert(rest.substr(0, end));
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
    return lines;
  }();
  return common.contains(lower_case(password));
}

/// Returns whether the password repeats a short part: aaaaaaaaaaaa, abcabcabcabc.
bool repeats_itself(std::string_view password) {
  for (std::size_t part = 1; part <= max_repeated_part; ++part)
    if (password.substr(part) == password.substr(0, password.size() - part)) return true;
  return false;
}

}  // namespace

std::optional<std::string> check_new_password(std::string_view password) {
  std::size_t characters = core::length_in_code_points(password);
  if (characters < min_characters || characters > max_characters) return "must have between 12 and 128 characters";
  if (is_common(password)) return "is one of the most common passwords; choose another one";
  if (repeats_itself(password)) return "must not repeat the same few characters";
  return std::nullopt;
}

}  // namespace pms::security
