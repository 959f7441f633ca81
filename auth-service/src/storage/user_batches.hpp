// The batches that change accounts, with the sessions and tokens that must end with them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "application/users.hpp"
#include "database/database.hpp"

namespace pms::auth {

/// Of which statement of each the affected row is the user: none when there is no such user. Of change_of and
/// removal_of it is returned as it is now.
constexpr std::size_t changed_user = 1;
/// What aborts them when nobody would be left who administers, and a password_change_of when the account is no longer
/// at the version: a violation with this message.
constexpr std::string_view refused_change = "users.version";

database::Batch change_of(const std::string& id, const UserChange&, core::Timestamp now);
database::Batch removal_of(const std::string& id, core::Timestamp now);

/// Of which statement of password_change_of the rows are the ids of the sessions that have ended.
constexpr std::size_t ended_sessions = 2;
database::Batch password_change_of(const PasswordChange&, core::Timestamp now);

}  // namespace pms::auth
