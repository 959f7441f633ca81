// Who makes a request, as a verified access token says.
#pragma once

#include <cstdint>
#include <string>

#include "clinic/permissions.hpp"
#include "core/clock.hpp"

namespace pms::clinic {

struct Caller {
  std::string user_id;   ///< `sub`
  std::string session;   ///< `sid`: the refresh family
  std::string token_id;  ///< `jti`
  std::string email;     ///< for answers only; never logged
  Roles roles;
  Permissions permissions;
  core::Timestamp issued_at{};
  core::Timestamp expires_at{};
  std::int64_t user_version = 0;  ///< `uver`: how often the account had been changed when the token was issued
};

}  // namespace pms::clinic
