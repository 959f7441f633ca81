// The Markdown documents of docs/ that are generated from the code.
#pragma once

#include <string>

#include "core/result.hpp"

namespace pms {

/// Returns a document of roles and permissions, and of what each route and gRPC method requires.
core::Result<std::string> permissions_document();

/// Returns a document of every property, where it is set and which services read it.
std::string configuration_document();

}  // namespace pms
