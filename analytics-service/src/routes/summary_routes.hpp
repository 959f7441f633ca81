// GET /summary.
#pragma once

#include "database/database.hpp"
#include "rest/router.hpp"

namespace pms::analytics {

/// The database outlives the router.
void mount_summary(rest::Router&, database::Database&);

}  // namespace pms::analytics
