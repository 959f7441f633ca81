#include "rest/paging.hpp"

#include <charconv>
#include <fmt/format.h>

namespace pms::rest {

std::optional<std::int64_t> whole_number(std::string_view text, std::int64_t smallest, std::int64_t largest) {
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool whole = error == std::errc() && end == text.data() + text.size();
  if (!whole || number < smallest || number > largest) return std::nullopt;
  return number;
}

PageRequest read_page(const http::Query& query, core::Violations& violations) {
  PageRequest request;
  if (const auto text = query.find("page")) {
    const auto page = whole_number(*text, 1, max_page);
    if (!page) violations.add("page", fmt::format("must be a whole number from 1 to {}", max_page));
    request.page = page.value_or(1);
  }
  if (const auto text = query.find("size")) {
    const auto size = whole_number(*text, 1, max_page_size);
    if (!size) violations.add("size", fmt::format("must be a whole number from 1 to {}", max_page_size));
    request.size = size.value_or(1);
  }
  return request;
}

}  // namespace pms::rest
