// Unicode text (UTF-8): checks, and the folded forms that both database engines store, search and sort by.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pms::core {

/// Well-formed UTF-8 (RFC 3629): no surrogates, no overlong forms.
bool is_utf8(std::string_view);

/// Code points of well-formed UTF-8.
std::size_t length_in_code_points(std::string_view);

/// Holds a control character (categories Cc: U+0000–U+001F, U+007F–U+009F).
bool has_control_character(std::string_view);

/// Holds white space or a character that is not seen (category Cf, as the zero-width space).
bool has_space_or_format_character(std::string_view);

/// Nothing but those.
bool is_blank(std::string_view);

/// The first `count` code points of well-formed UTF-8, or all there are.
std::string_view first_code_points(std::string_view, std::size_t count);

/// For finding: NFKC, case-folded, marks and ignorable characters removed, letters with a stroke and the like as their
/// plain ones, typographic apostrophes and hyphens as those of a keyboard, white space runs joined to one space and
/// none at the ends, so that `zoe` finds `Zoë` and `lukasz` finds `Łukasz`. Ill-formed text keeps its bytes.
std::string fold_for_search(std::string_view);

/// What begins inside a word, up to its end: behind punctuation (`brien` in `o'brien`), and at each character of a
/// script that writes no spaces between words (Chinese, Japanese, Korean).
std::vector<std::string_view> inner_words(std::string_view word);

/// For sorting: as for finding; bytes of the result compare as code points. Ties are broken by the caller (by id).
std::string fold_for_sort(std::string_view);

/// For telling e-mails apart without regard to case: NFC, case-folded; marks stay.
std::string email_key(std::string_view);

}  // namespace pms::core
