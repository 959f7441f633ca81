// What is asked for when an account is made or changed.
#pragma once

#include <optional>
#include <string>

#include "clinic/permissions.hpp"

namespace pms::auth {

struct NewAccount {
  std::string email;
  std::string password;
  clinic::Roles roles;
  bool check_password = true;  ///< false only for the demo user, whose password is older than the rule
};

/// What is not there stays as it is.
struct AccountChange {
  std::optional<clinic::Roles> roles = {};
  std::optional<bool> enabled = {};
  std::optional<std::string> password = {};
};

}  // namespace pms::auth
