// How names are found: what `name_search` holds, and where in it a search's terms must stand.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "domain/search.hpp"

namespace pms::patient {

/// The folded name with two spaces before each word, as `  zoe  o'brien  br`. Behind the words are
/// the first two characters of what begins inside one: after a hyphen or an apostrophe, and at
/// every ideograph.
std::string name_search_text(std::string_view name);

/// What that text must hold for a term: the term itself; one of one or two characters behind the
/// spaces of a beginning, so that it is found only there. Never shorter than three characters,
/// which is what trigrams can find.
std::vector<std::string> needles_of(const Search&);

/// FTS5: text that holds every needle. Nothing in a needle is read as an operator.
std::string match_all(const std::vector<std::string>& needles);

/// FTS5: no text; names hold no control characters.
std::string match_nothing();

/// FTS5: text that holds what is looked for somewhere, but does not begin with `term`.
std::string match_beyond_beginning(const std::string& needle, std::string_view term);

}  // namespace pms::patient
