// GET /registrations.
#pragma once

#include <functional>

#include "core/time.hpp"
#include "database/database.hpp"
#include "rest/router.hpp"

namespace pms::analytics {

/// `today` is the clinic's. The database outlives the router.
void mount_registrations(rest::Router&, database::Database&, std::function<core::Date()> today);

}  // namespace pms::analytics
