#include "rest/conditional.hpp"

#include "http/characters.hpp"

namespace pms::rest {
namespace {

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

}  // namespace

std::optional<std::string> whole_field(const http::Request& request, std::string_view name) {
  std::optional<std::string> value;
  for (const http::Field& field : request.fields) {
    if (!http::equals_ignoring_case(field.name, name)) continue;
    value = value ? *value + "," + std::string(field.value) : std::string(field.value);
  }
  return value;
}

bool none_match_names(std::string_view if_none_match, std::string_view etag) {
  if (trimmed(if_none_match) == "*") return true;
  // Our tags contain no comma. A comma inside a foreign tag splits it into parts that do not
  // match ours either.
  while (!if_none_match.empty()) {
    const auto comma = if_none_match.find(',');
    auto tag = trimmed(if_none_match.substr(0, comma));
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag) return true;
    if_none_match = comma == std::string_view::npos ? std::string_view() : if_none_match.substr(comma + 1);
  }
  return false;
}

}  // namespace pms::rest
