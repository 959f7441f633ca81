// Contains helpers for committing changes.
#pragma once

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"

namespace pms::auth {

/// Serializes changes: the first statement of every batch that revokes, or that could leave no
/// administrator. On every engine, each such batch then sees the revocations and the accounts of
/// the previous one.
constexpr database::Statement take_change_lock{"UPDATE user_change_lock SET changes = changes + 1 WHERE id = 1"};

/// Executes one statement in a commit of its own.
core::Task<core::Result<>> change(database::Database&, const database::Statement&, database::Params, core::Deadline);

}  // namespace pms::auth
