// Help for a misspelt name.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace pms::config {

/// "did you mean patient.http.port?": the name with the fewest edits, if there is one that
/// resembles it.
std::string suggestion(std::string_view unknown, const std::vector<std::string>& known);

}  // namespace pms::config
