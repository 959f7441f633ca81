// Formats pieces of the Markdown documents.
#pragma once

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <string_view>
#include <vector>

namespace pms::markdown {

constexpr std::string_view origin =
    "<!-- Generated from the code by ./dev docs; a test checks that it is up to date. -->\n";

inline std::string row(const std::vector<std::string>& cells) {
  return fmt::format("| {} |\n", fmt::join(cells, " | "));
}

inline std::string header(const std::vector<std::string>& names) {
  return row(names) + row(std::vector<std::string>(names.size(), "---"));
}

inline std::string code(std::string_view text) { return fmt::format("`{}`", text); }

}  // namespace pms::markdown
