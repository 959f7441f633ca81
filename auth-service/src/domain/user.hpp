// Defines an account: who may log in, and with which roles.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "clinic/permissions.hpp"
#include "core/clock.hpp"

namespace pms::auth {

struct User {
  std::string id;
  std::string email;          ///< as entered; compared without regard to case
  std::string password_hash;  ///< in PHC string format
  clinic::Roles roles;
  bool enabled = true;
  std::int64_t version = 1;
  core::Timestamp created_at{};
  core::Timestamp updated_at{};
};

/// Returns a message that says what is required, or nothing if the roles are valid: an account
/// needs at least one role.
std::optional<std::string> check_roles(clinic::Roles);

/// Returns the names of the roles as they are stored, e.g. "ADMIN CLINICIAN". split_roles() ignores
/// names that this version does not know.
std::string join_roles(clinic::Roles);
clinic::Roles split_roles(std::string_view);

/// Returns the roles with these names, or nothing if one of the names is unknown.
std::optional<clinic::Roles> roles_named(std::span<const std::string>);

}  // namespace pms::auth
