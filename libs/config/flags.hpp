// The properties on the command line.
#pragma once

#include <string>
#include <vector>

#include "config/given.hpp"
#include "config/schema.hpp"

namespace pms::config {

Findings read_flags(const Schema&, const std::vector<std::string>& flags);

}  // namespace pms::config
