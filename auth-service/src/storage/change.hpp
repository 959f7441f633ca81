// How changes are committed.
#pragma once

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::auth {

/// First in every batch that revokes or may leave no administrator, so that these come one after another on every
/// engine: each sees the revocations and the accounts that the one before it left.
constexpr database::Statement take_change_lock{"UPDATE user_change_lock SET changes = changes + 1 WHERE id = 1"};

/// One statement, as a commit of its own.
core::Task<core::Result<>> change(database::Database&, const database::Statement&, database::Params, core::Deadline);

}  // namespace pms::auth
