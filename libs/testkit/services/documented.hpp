// Whether a service's OpenAPI document and its routes say the same.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "rest/router.hpp"

namespace pms::testkit {

/// "GET /patients/{id}: patient:read" for each operation of the document, sorted. Behind the colon stands x-permission,
/// and what its `security` would make of it where the two contradict each other.
std::vector<std::string> documented_operations(std::string_view openapi);

/// The same for each route, without those of http/documents.hpp: they are not the API but show it.
std::vector<std::string> routed_operations(std::span<const rest::Route>);

}  // namespace pms::testkit
