// GET /summary.
#pragma once

#include "database/database.hpp"
#include "http/router.hpp"

namespace pms::analytics {

/// The database outlives the router.
void mount_summary(http::Router&, database::Database&);

}  // namespace pms::analytics
