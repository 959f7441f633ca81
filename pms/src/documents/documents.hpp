// What docs/ holds of the code, in Markdown.
#pragma once

#include <string>

#include "core/result.hpp"

namespace pms {

/// Roles and permissions, and what each route and gRPC method asks for.
core::Result<std::string> permissions_document();

/// Every property, where it is set and who reads it.
std::string configuration_document();

}  // namespace pms
