// How names are found: what `name_search` holds, and where in it a search's terms must stand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/search.hpp"

namespace pms::patient {

/// Returns the folded name with two spaces before each word, e.g. `  zoe  o'brien  br`. The words
/// are followed by the first two characters of each part that starts inside one: after a hyphen or
/// an apostrophe, and at every ideograph.
std::string name_search_text(std::string_view name);

/// Returns what that text must contain for each term: the term itself. A term of one or two
/// characters follows the spaces before a word, so it is found only at the start of words. A needle
/// has at least three characters, the least that trigrams can find.
std::vector<std::string> needles_of(const Search&);

/// FTS5: text that holds every needle. Nothing in a needle is read as an operator.
std::string match_all(const std::vector<std::string>& needles);

/// FTS5: no text; names hold no control characters.
std::string match_nothing();

/// FTS5: text that holds what is looked for somewhere, but does not begin with `term`.
std::string match_beyond_beginning(const std::string& needle, std::string_view term);

}  // namespace pms::patient
