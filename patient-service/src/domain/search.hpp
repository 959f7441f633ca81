// A patient search: the typed text and its interpretation.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pms::patient {

struct Search {
  std::string text;                  ///< as it was typed, without spaces around
  std::optional<std::string> email;  ///< text with an @ is a whole e-mail: its key, as core::email_key() makes it
  std::vector<std::string> terms;    ///< else: what a name must hold, in any order; folded, no empty or duplicate terms
};

/// Returns nothing if the text has no term to search for.
std::optional<Search> search_for(std::string_view text);

/// Returns the rule that the text breaks, or nothing.
std::optional<std::string> check_search(std::string_view text);

}  // namespace pms::patient
