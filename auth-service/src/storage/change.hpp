// One statement that changes something, as a commit of its own.
#pragma once

#include "database/database.hpp"

namespace pms::auth {

core::Task<core::Result<>> change(database::Database&, const database::Statement&, database::Params,
                                  resilience::Deadline);

}  // namespace pms::auth
