// Numbers in query strings, and the two of them that say which page of a list is wanted.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "core/violations.hpp"
#include "http/message.hpp"

namespace pms::rest {

/// Digits only, between the two; else nothing.
std::optional<std::int64_t> whole_number(std::string_view text, std::int64_t smallest, std::int64_t largest);

constexpr std::int64_t largest_page = 1'000'000'000;
constexpr std::int64_t largest_page_size = 100;

struct PageRequest {
  std::int64_t page = 1;  ///< from 1
  std::int64_t size = 10;
};

/// The parameters `page` and `size`; what is wrong with them goes into the violations.
PageRequest read_page(const http::Query&, core::Violations&);

}  // namespace pms::rest
