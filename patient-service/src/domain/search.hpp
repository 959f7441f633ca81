// What patients are looked for by: the text someone typed, and what it means.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pms::patient {

struct Search {
  std::string text;                  ///< as it was typed, without spaces around
  std::optional<std::string> email;  ///< text with an @ is a whole e-mail: its key, as core::email_key() makes it
  std::vector<std::string> terms;    ///< else: what a name must hold, in any order; folded, none empty, none twice
};

/// Nothing when the text holds nothing to look for.
std::optional<Search> search_for(std::string_view text);

/// Returns what would be right, or nothing when the text is right.
std::optional<std::string> check_search(std::string_view text);

}  // namespace pms::patient
