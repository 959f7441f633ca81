// Contains the input for creating and changing an account.
#pragma once

#include <optional>
#include <string>

#include "clinic/permissions.hpp"

namespace pms::auth {

struct NewAccount {
  std::string email;
  std::string password;
  clinic::Roles roles;
  bool check_password = true;  ///< false only for the demo user, whose password predates the password rules
};

/// Contains the new values of an account; members without a value leave it unchanged.
struct AccountChange {
  std::optional<clinic::Roles> roles = {};
  std::optional<bool> enabled = {};
  std::optional<std::string> password = {};
};

}  // namespace pms::auth
