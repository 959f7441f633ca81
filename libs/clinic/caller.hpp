// The caller of a request, as identified by a verified access token.
#pragma once

#include <cstdint>
#include <string>

#include "clinic/permissions.hpp"
#include "core/clock.hpp"

namespace pms::clinic {

struct Caller {
  std::string user_id;   ///< the claim `sub`
  std::string session;   ///< the claim `sid`: the refresh family
  std::string token_id;  ///< the claim `jti`
  std::string email;     ///< for responses only; never logged
  Roles roles;
  Permissions permissions;
  core::Timestamp issued_at{};
  core::Timestamp expires_at{};
  std::int64_t user_version = 0;  ///< `uver`: number of account changes when the token was issued
};

}  // namespace pms::clinic
