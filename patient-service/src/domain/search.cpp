#include "domain/search.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>

#include "core/text.hpp"

namespace pms::patient {
namespace {

constexpr std::size_t max_search_characters = 254;  // characters; an e-mail has no more

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(' ');
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(' ') - first + 1);
}

/// Folded text has one space between words and none around them.
std::vector<std::string> terms_of(std::string_view folded) {
  std::vector<std::string> terms;
  while (!folded.empty()) {
    const std::string_view term = folded.substr(0, folded.find(' '));
    folded.remove_prefix(std::min(folded.size(), term.size() + 1));
    if (std::ranges::find(terms, term) == terms.end()) terms.emplace_back(term);
  }
  return terms;
}

}  // namespace

std::optional<Search> search_for(std::string_view text) {
  Search search;
  search.text = trimmed(text);
  if (search.text.find('@') != std::string::npos) {
    search.email = core::email_key(search.text);
    return search;
  }
  search.terms = terms_of(core::fold_for_search(search.text));
  if (search.terms.empty()) return std::nullopt;
  return search;
}

std::optional<std::string> check_search(std::string_view text) {
  if (!core::is_utf8(text)) return "must be well-formed UTF-8";
  if (core::has_control_character(text)) return "must not contain control characters";
  if (core::length_in_code_points(text) > max_search_characters)
    return fmt::format("must have at most {} characters", max_search_characters);
  return std::nullopt;
}

}  // namespace pms::patient
