#include "rest/media_type.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "http/characters.hpp"
#include "http/problem.hpp"

namespace pms::rest {

std::optional<http::Response> check_media_type(const http::Request& request,
                                               std::initializer_list<std::string_view> accepted) {
  std::string_view type = request.header("Content-Type");
  type = type.substr(0, type.find(';'));
  type = type.substr(0, type.find_last_not_of(" \t") + 1);
  for (std::string_view known : accepted)
    if (http::equals_ignoring_case(type, known)) return std::nullopt;
  return http::problem(415, fmt::format("Content-Type must be {}", fmt::join(accepted, " or ")), request);
}

}  // namespace pms::rest
