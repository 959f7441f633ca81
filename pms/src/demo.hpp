// What `pms dev` adds to `pms serve`: a demo user and demo patients, created at the first start.
#pragma once

#include "system.hpp"

namespace pms {

/// Creates the demo user and, the first time, the demo patients through the gateway, and prints the
/// listeners and how to log in. Call it once the system serves requests.
void start_demo(const SystemConfig&, runtime::Runtime&);

}  // namespace pms
