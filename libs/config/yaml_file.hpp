// The properties in a YAML file.
#pragma once

#include <string>

#include "config/given.hpp"
#include "config/schema.hpp"
#include "core/result.hpp"

namespace pms::config {

/// Error: the file cannot be read or is not YAML; one sentence with file and line.
core::Result<Findings> read_file(const Schema&, const std::string& path);

}  // namespace pms::config
