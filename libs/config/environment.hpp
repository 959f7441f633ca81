// The properties in the environment.
#pragma once

#include "config/given.hpp"
#include "config/load.hpp"
#include "config/schema.hpp"

namespace pms::config {

Findings read_environment(const Schema&, const Sources&);

}  // namespace pms::config
