// Unicode text (UTF-8): checks, and the folded forms that both database engines store, search and sort by.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace pms::core {

/// Well-formed UTF-8 (RFC 3629): no surrogates, no overlong forms.
bool is_utf8(std::string_view);

/// Code points of well-formed UTF-8.
std::size_t length_in_code_points(std::string_view);

/// Holds a control character (categories Cc: U+0000–U+001F, U+007F–U+009F).
bool has_control_character(std::string_view);

/// Only white space (or nothing).
bool is_blank(std::string_view);

/// For finding: NFKC, case-folded, marks removed, white space runs joined to one space, so that `zoe` finds `Zoë`.
std::string fold_for_search(std::string_view);

/// For sorting: as for finding; bytes of the result compare as code points. Ties are broken by the caller (by id).
std::string fold_for_sort(std::string_view);

/// For telling e-mails apart without regard to case: NFC, case-folded; marks stay.
std::string email_key(std::string_view);

}  // namespace pms::core
