// A session: what one login begins, and the refresh tokens that carry it on.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace pms::auth {

struct Session {
  std::string id;  ///< `sid`
  std::string user_id;
  core::Timestamp created_at{};
  core::Timestamp expires_at{};  ///< however often it is refreshed
};

/// A refresh token as it is stored: only a hash, so that a stolen database opens no session.
struct RefreshToken {
  std::string hash;
  std::string session_id;
  std::optional<std::string> parent_hash;  ///< nothing: made by the login
  core::Timestamp issued_at{};
};

/// 256 random bits, base64url: what the client keeps.
std::string new_refresh_token();
/// Without salt and stretching: nobody guesses 256 random bits.
std::string hash_refresh_token(std::string_view token);

}  // namespace pms::auth
