// Defines a session, which begins with a login, and the refresh tokens that continue it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace pms::auth {

/// An upper limit of the lifetime of every access token, including the verifier's leeway,
/// regardless of the value that auth.tokens.lifetime had when the token was signed.
constexpr std::chrono::hours max_access_token_lifetime{25};

/// A refresh token still works for this long after its first use: for a client that did not receive
/// the response, and for two windows of a client that refresh at the same time.
constexpr std::chrono::seconds refresh_grace{10};

struct Session {
  std::string id;  ///< `sid`
  std::string user_id;
  core::Timestamp created_at{};
  core::Timestamp expires_at{};                  ///< refreshing does not extend it
  std::optional<core::Timestamp> ended_at = {};  ///< when the session was logged out or revoked
};

/// Contains a refresh token as it is stored. Only its hash is stored, so that a stolen database
/// does not give access to any session.
struct RefreshToken {
  std::string hash;
  std::string session_id;
  std::optional<std::string> parent_hash = {};  ///< the token it was exchanged for; none if it is from the login
  core::Timestamp issued_at{};
  std::optional<core::Timestamp> used_at = {};  ///< time of the first use
};

enum class RefreshVerdict : std::uint8_t {
  accepted,
  refused,  ///< the session has ended or expired
  reused,   ///< used again after the grace period, possibly by a thief: the session must end
};
RefreshVerdict judge(const RefreshToken&, const Session&, core::Timestamp now);

/// Returns 256 random bits in base64url, the token that the client keeps.
std::string new_refresh_token();
/// Returns the hash of a refresh token. It needs neither salt nor stretching, because 256 random
/// bits cannot be guessed.
std::string hash_refresh_token(std::string_view token);

}  // namespace pms::auth
