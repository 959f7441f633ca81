// Declares the route GET /registrations.
#pragma once

#include <functional>

#include "core/time.hpp"
#include "database/database.hpp"
#include "rest/router.hpp"

namespace pms::analytics {

/// Mounts the route. `today` returns the current date at the clinic. The database must outlive the
/// router.
void mount_registrations(rest::Router&, database::Database&, std::function<core::Date()> today);

}  // namespace pms::analytics
