#include "config/suggestion.hpp"

#include <algorithm>
#include <cstddef>
#include <numeric>
#include <string>
#include <string_view>
#include <vector>

namespace pms::config {
namespace {

/// Levenshtein's distance: insertions, deletions and replacements that turn one into the other.
std::size_t edits(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i + 1;
    for (std::size_t j = 0; j < to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i] == to[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string suggestion(std::string_view unknown, const std::vector<std::string>& known) {
  constexpr std::size_t max_bytes = 200;  // what is longer is no misspelling, and the distance costs length × length
  if (known.empty() || unknown.size() > max_bytes) return "--help lists the properties";
  const auto nearest =
      std::ranges::min_element(known, {}, [unknown](const std::string& name) { return edits(unknown, name); });
  if (edits(unknown, *nearest) > nearest->size() / 2) return "--help lists the properties";
  return "did you mean " + *nearest + "?";
}

}  // namespace pms::config
