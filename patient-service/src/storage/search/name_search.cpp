#include "storage/search/name_search.hpp"

#include <algorithm>
#include <cstddef>
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "core/text.hpp"

namespace pms::patient {
namespace {

constexpr std::size_t shortest_needle = 3;

/// A phrase of FTS5 (https://sqlite.org/fts5.html, section 3.1).
std::string phrase_of(std::string_view text) {
  std::string phrase = "\"";
  for (const char byte : text) phrase.append(byte == '"' ? 2 : 1, byte);
  return phrase + '"';
}

}  // namespace

std::string name_search_text(std::string_view name) {
  const std::string folded = core::fold_for_search(name);
  std::string words, inner;
  std::string_view rest = folded;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(rest.size(), word.size() + 1));
    words.append("  ").append(word);
    for (const std::string_view begun : core::inner_words(word))
      inner.append("  ").append(core::first_code_points(begun, shortest_needle - 1));
  }
  return words + inner;
}

std::vector<std::string> needles_of(const Search& search) {
  std::vector<std::string> needles;
  for (const std::string& term : search.terms) {
    const std::size_t length = core::length_in_code_points(term);
    needles.push_back(std::string(length < shortest_needle ? shortest_needle - length : 0, ' ') + term);
  }
  return needles;
}

std::string match_all(const std::vector<std::string>& needles) {
  std::vector<std::string> phrases;
  for (const std::string& needle : needles) phrases.push_back(phrase_of(needle));
  return fmt::format("{}", fmt::join(phrases, " AND "));
}

std::string match_nothing() { return phrase_of("\x01\x01\x01"); }

std::string match_beyond_beginning(const std::string& needle, std::string_view term) {
  return fmt::format("{} NOT ^{}", phrase_of(needle), phrase_of("  " + std::string(term)));
}

}  // namespace pms::patient
