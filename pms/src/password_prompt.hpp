// Passwords from the operator.
#pragma once

#include <optional>
#include <string>

namespace pms {

/// One line of standard input, or asked for twice on the terminal without showing it. Nothing after printing what is
/// wrong.
std::optional<std::string> read_password(bool from_stdin);

}  // namespace pms
