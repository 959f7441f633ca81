// The contents of an access token, and every reason to reject one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>

#include "clinic/caller.hpp"
#include "security/access_token.hpp"

namespace pms::security {

enum class Refusal : std::uint8_t {
  malformed,      ///< not three parts of base64url, not JSON, a duplicate or missing member
  algorithm,      ///< not ES256
  type,           ///< not an access token, or with an extension (`crit`), none of which is supported
  unknown_key,    ///< `kid` names no current key
  signature,      ///< not made with that key
  issuer,         ///< `iss` or `aud` is not the expected one
  expired,        ///< `exp` has passed
  not_yet_valid,  ///< `nbf` is in the future
  revoked,        ///< its session or user was revoked
};
constexpr std::size_t refusal_count = 9;
std::string_view to_string(Refusal);

/// A token in the compact serialization (RFC 7515 section 7.1), split into its parts, of which none
/// is checked yet.
struct TokenParts {
  std::string key_id;
  std::string_view signed_part;  ///< header and claims as they were sent
  std::string signature;
  std::string claims;  ///< JSON
};
std::expected<TokenParts, Refusal> split_token(std::string_view token);

/// Reads the claims of a token whose signature is valid, and checks them against the settings and
/// the time.
std::expected<clinic::Caller, Refusal> read_claims(std::string_view json, const TokenSettings&, core::Timestamp now);

}  // namespace pms::security
