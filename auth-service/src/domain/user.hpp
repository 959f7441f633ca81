// An account: who may log in, and as what.
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
  std::string email;          ///< as it was given; compared without regard to case
  std::string password_hash;  ///< PHC string
  clinic::Roles roles;
  bool enabled = true;
  std::int64_t version = 1;
  core::Timestamp created_at{};
  core::Timestamp updated_at{};
};

/// What would be right, or nothing: an account has at least one role.
std::optional<std::string> check_roles(clinic::Roles);

/// "ADMIN CLINICIAN": as stored. Names this version does not know are left out.
std::string join_roles(clinic::Roles);
clinic::Roles split_roles(std::string_view);

/// Nothing when one of the names is no role.
std::optional<clinic::Roles> roles_named(std::span<const std::string>);

}  // namespace pms::auth
