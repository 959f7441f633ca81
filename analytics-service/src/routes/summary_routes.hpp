// Declares the route GET /summary.
#pragma once

#include "database/database.hpp"
#include "rest/router.hpp"

namespace pms::analytics {

/// Mounts the route. The database must outlive the router.
void mount_summary(rest::Router&, database::Database&);

}  // namespace pms::analytics
