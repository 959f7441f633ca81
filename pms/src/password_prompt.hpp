// Reads passwords from the operator.
#pragma once

#include <optional>
#include <string>

namespace pms {

/// Reads one line of standard input, or prompts for the password twice on the terminal without
/// echo. Returns nothing after printing what is wrong.
std::optional<std::string> read_password(bool from_stdin);

}  // namespace pms
