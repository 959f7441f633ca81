// Numbers in query strings, and the two that select a page of a list.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/violations.hpp"
#include "http/message.hpp"

namespace pms::rest {

/// Parses digits only. Returns nothing if the text is not a whole number within the bounds.
std::optional<std::int64_t> whole_number(std::string_view text, std::int64_t smallest, std::int64_t largest);

constexpr std::int64_t max_page = 1'000'000'000;
constexpr std::int64_t max_page_size = 100;

struct PageRequest {
  std::int64_t page = 1;  ///< from 1
  std::int64_t size = 10;
};

/// Reads the parameters `page` and `size`, and adds what is wrong with them to the violations.
PageRequest read_page(const http::Query&, core::Violations&);

}  // namespace pms::rest
