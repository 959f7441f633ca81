// Unicode text (UTF-8): checks, and the folded forms that all database engines store, search and
// sort by.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace pms::core {

/// Returns whether the text is well-formed UTF-8 (RFC 3629): no surrogates, no overlong forms.
bool is_utf8(std::string_view);

/// Returns the number of code points of well-formed UTF-8.
std::size_t length_in_code_points(std::string_view);

/// Returns whether the text contains a control character (category Cc: U+0000–U+001F,
/// U+007F–U+009F).
bool has_control_character(std::string_view);

/// Returns whether the text contains white space or an invisible format character (category Cf),
/// such as the zero-width space.
bool has_space_or_format_character(std::string_view);

/// Returns whether the text consists only of white space and invisible format characters.
bool is_blank(std::string_view);

/// Returns the first `count` code points of well-formed UTF-8, or all of them if there are fewer.
std::string_view first_code_points(std::string_view, std::size_t count);

/// Folds text for searching: NFKC, case folding, no marks and no ignorable characters, letters with
/// a stroke and the like as their plain letters, typographic apostrophes and hyphens as those on a
/// keyboard, white space joined to single spaces and trimmed. `zoe` therefore finds `Zoë` and
/// `lukasz` finds `Łukasz`. Ill-formed text keeps its bytes.
std::string fold_for_search(std::string_view);

/// Returns the parts that start inside a word, each up to the end of the word: after punctuation
/// (`brien` in `o'brien`), and at each character of a script that writes no spaces between words
/// (Chinese, Japanese, Korean).
std::vector<std::string_view> inner_words(std::string_view word);

/// Folds text for sorting, in the same way as for searching. The bytes of the result compare like
/// code points. The caller breaks ties (by id).
std::string fold_for_sort(std::string_view);

/// Returns the key by which e-mail addresses are compared, regardless of case: NFC, case-folded;
/// marks stay.
std::string email_key(std::string_view);

}  // namespace pms::core
