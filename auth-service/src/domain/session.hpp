// A session: what one login begins, and the refresh tokens that carry it on.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace pms::auth {

/// No access token lives longer, whatever auth.tokens.lifetime was when it was signed, its verifier's leeway included.
constexpr std::chrono::hours max_access_token_lifetime{25};

/// How long after its first use a refresh token still works: for the client that did not see the answer, and for two of
/// its windows that refresh at once.
constexpr std::chrono::seconds refresh_grace{10};

struct Session {
  std::string id;  ///< `sid`
  std::string user_id;
  core::Timestamp created_at{};
  core::Timestamp expires_at{};                  ///< however often it is refreshed
  std::optional<core::Timestamp> ended_at = {};  ///< logged out, or revoked
};

/// A refresh token as it is stored: only a hash, so that a stolen database opens no session.
struct RefreshToken {
  std::string hash;
  std::string session_id;
  std::optional<std::string> parent_hash = {};  ///< the one it was given for; nothing: made by the login
  core::Timestamp issued_at{};
  std::optional<core::Timestamp> used_at = {};  ///< first
};

enum class RefreshVerdict : std::uint8_t {
  accepted,
  refused,  ///< the session is over
  reused,   ///< somebody has it who should not: the session must end
};
RefreshVerdict judge(const RefreshToken&, const Session&, core::Timestamp now);

/// 256 random bits, base64url: what the client keeps.
std::string new_refresh_token();
/// Without salt and stretching: nobody guesses 256 random bits.
std::string hash_refresh_token(std::string_view token);

}  // namespace pms::auth
