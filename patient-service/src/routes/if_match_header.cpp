#include "routes/if_match_header.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "rest/conditional.hpp"
#include "routes/etag.hpp"

namespace pms::patient {
namespace {

/// Takes white space and commas away: a list may have empty members (RFC 9110, section 5.6.1.2).
void skip_separators(std::string_view& list) {
  list.remove_prefix(std::min(list.find_first_not_of(" \t,"), list.size()));
}

/// The next entity tag of a list, taken away from it; nothing when there is none where one should
/// be.
std::optional<std::string_view> take_tag(std::string_view& list) {
  const std::size_t opening = list.starts_with("W/") ? 2 : 0;
  if (list.substr(opening, 1) != "\"") return std::nullopt;
  const auto closing = list.find('"', opening + 1);
  if (closing == std::string_view::npos) return std::nullopt;
  const std::string_view tag = list.substr(0, closing + 1);
  const auto is_separator_or_control = [](unsigned char c) { return c <= ' ' || c == 0x7f; };
  if (std::ranges::any_of(tag, is_separator_or_control)) return std::nullopt;
  list.remove_prefix(tag.size());
  list.remove_prefix(std::min(list.find_first_not_of(" \t"), list.size()));
  if (!list.empty() && !list.starts_with(',')) return std::nullopt;
  return tag;
}

std::optional<std::int64_t> version_of(std::string_view tag) {
  std::int64_t version = 0;
  std::from_chars(tag.data() + 1, tag.data() + tag.size(), version);
  return etag_of(version) == tag ? std::optional(version) : std::nullopt;
}

}  // namespace

core::Result<ExpectedVersions> if_match(const http::Request& request) {
  const auto given = rest::whole_field(request, "If-Match");
  if (!given || *given == "*") return ExpectedVersions();

  const auto malformed = core::fail_field("If-Match", "must be * or a list of entity tags such as \"3\"");
  std::string_view list = *given;
  skip_separators(list);
  if (list.empty()) return malformed;
  std::vector<std::int64_t> versions;
  while (!list.empty()) {
    const auto tag = take_tag(list);
    if (!tag) return malformed;
    if (const auto version = version_of(*tag)) versions.push_back(*version);
    skip_separators(list);
  }
  return versions;
}

}  // namespace pms::patient
