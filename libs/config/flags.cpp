#include "config/flags.hpp"

#include <algorithm>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/suggestion.hpp"

namespace pms::config {
namespace {

bool is_flag(std::string_view text) { return text.starts_with("--") && text.size() > 2; }

/// Whether the argument after a flag is that flag's value: a boolean stands alone unless true or
/// false follows.
bool takes_next(const Property& property, std::string_view next) {
  if (property.type == "boolean") return next == "true" || next == "false";
  return !is_flag(next);
}

std::vector<std::string> all_flags(const Schema& schema) {
  std::vector<std::string> names;
  for (const Property& property : schema.properties()) names.push_back("--" + property.key);
  return names;
}

}  // namespace

Findings read_flags(const Schema& schema, const std::vector<std::string>& flags) {
  Findings found;
  for (std::size_t i = 0; i < flags.size(); ++i) {
    const std::string& argument = flags[i];
    if (!is_flag(argument)) {
      found.wrong.push_back({argument, "unexpected argument; a flag is --key=value"});
      continue;
    }
    const std::size_t equals = std::min(argument.find('='), argument.size());
    const std::string name = argument.substr(0, equals);
    std::optional<std::string> value;
    if (equals < argument.size()) value = argument.substr(equals + 1);

    const Property* property = schema.find(std::string_view(name).substr(2));
    if (property != nullptr && !value && i + 1 < flags.size() && takes_next(*property, flags[i + 1]))
      value = flags[++i];
    if (property != nullptr && !value && property->type == "boolean") value = "true";

    if (name == "--config") {
      found.wrong.push_back({name, "needs the path of a file: --config=FILE"});
    } else if (property == nullptr) {
      found.wrong.push_back({name, "unknown option; " + suggestion(name, all_flags(schema))});
      if (!value && i + 1 < flags.size() && !is_flag(flags[i + 1])) ++i;  // its value is not a second mistake
    } else if (!value) {
      found.wrong.push_back({name, "needs a value: " + name + "=VALUE"});
    } else {
      found.given.push_back({property->key, *std::move(value), name});
    }
  }
  return found;
}

}  // namespace pms::config
