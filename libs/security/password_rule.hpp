// The rule for new passwords.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace pms::security {

/// Returns the rule that a new password breaks, or nothing: 12 to 128 characters, not one of the
/// common ones (common_passwords.txt, in any letter case), not the same few characters repeated.
std::optional<std::string> check_new_password(std::string_view);

}  // namespace pms::security
