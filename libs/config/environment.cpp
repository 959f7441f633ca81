#include "config/environment.hpp"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/suggestion.hpp"

namespace pms::config {
namespace {

constexpr std::string_view prefix = "PMS_";
constexpr std::string_view file_variable = "PMS_CONFIG_FILE";

std::vector<std::string> known_variables(const Schema& schema) {
  std::vector<std::string> names;
  for (const Property& property : schema.properties()) {
    names.push_back(environment_name(property.key));
    if (property.type == "secret") names.push_back(names.back() + "_FILE");
  }
  return names;
}

/// PMS_BILLING_HTTP_PORT as billing.http.port; enough to see its section.
std::string as_key(std::string_view variable) {
  std::string key;
  for (const char c : variable.substr(prefix.size()))
    key += c == '_' ? '.' : static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return key;
}

void read_secret_file(const Property& property, const std::string& variable, const std::string& path, Findings& found) {
  std::ifstream in(path, std::ios::binary);
  std::string secret{std::istreambuf_iterator<char>(in), {}};
  if (!in) {
    found.wrong.push_back({variable, "names a file that cannot be read: " + path});
    return;
  }
  while (secret.ends_with('\n') || secret.ends_with('\r')) secret.pop_back();  // editors end a file with a line feed
  found.given.push_back({property.key, std::move(secret), variable});
}

}  // namespace

Findings read_environment(const Schema& schema, const Sources& sources) {
  Findings found;
  const std::vector<std::string> known = known_variables(schema);
  for (const std::string& name : sources.environment_names) {
    if (!name.starts_with(prefix) || name == file_variable || std::ranges::count(known, name) > 0) continue;
    if (!schema.belongs_elsewhere(as_key(name)))
      found.wrong.push_back({name, "unknown environment variable; " + suggestion(name, known)});
  }
  if (!sources.environment) return found;
  for (const Property& property : schema.properties()) {
    const std::string variable = environment_name(property.key);
    auto value = sources.environment(variable);
    const auto path = property.type == "secret" ? sources.environment(variable + "_FILE") : std::nullopt;
    if (value && path) {
      found.wrong.push_back({variable, "is set, and " + variable + "_FILE too; set one of them"});
    } else if (path) {
      read_secret_file(property, variable + "_FILE", *path, found);
    } else if (value) {
      found.given.push_back({property.key, *std::move(value), variable});
    }
  }
  return found;
}

}  // namespace pms::config
