// Compares a service's OpenAPI document with its routes.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rest/router.hpp"

namespace pms::testkit {

/// Returns "GET /patients/{id}: patient:read" for each operation of the document, sorted. The text
/// after the colon is x-permission, followed by what `security` implies if the two contradict each
/// other.
std::vector<std::string> documented_operations(std::string_view openapi);

/// Returns the same for each route, except those of pages/documents.hpp, which show the API and are
/// not part of it.
std::vector<std::string> routed_operations(std::span<const rest::Route>);

}  // namespace pms::testkit
