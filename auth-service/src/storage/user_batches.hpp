// Creates the batches that change accounts and end the sessions and tokens that must end with the
// change.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "application/users.hpp"
#include "database/database.hpp"

namespace pms::auth {

/// The index of the statement that changes the user; it affects no row if the user does not exist.
/// In change_of() and removal_of(), it returns the changed user.
constexpr std::size_t changed_user = 1;
/// The message of the violation that aborts a batch: change_of() and removal_of() if they would
/// leave no enabled administrator, and password_change_of() if the account no longer has the
/// expected version.
constexpr std::string_view refused_change = "users.version";

database::Batch change_of(const std::string& id, const UserChange&, core::Timestamp now);
database::Batch removal_of(const std::string& id, core::Timestamp now);

/// The index of the statement of password_change_of() that returns the ids of the ended sessions.
constexpr std::size_t ended_sessions = 2;
database::Batch password_change_of(const PasswordChange&, core::Timestamp now);

}  // namespace pms::auth
