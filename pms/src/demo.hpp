// What `pms dev` adds to `pms serve`: a user and patients to try things with, made at the first start.
#pragma once

#include "system.hpp"

namespace pms {

/// The system serves. Makes the demo user and, the first time, the demo patients through the gateway, and prints what
/// listens where and how to log in.
void start_demo(const SystemConfig&, runtime::Runtime&);

}  // namespace pms
