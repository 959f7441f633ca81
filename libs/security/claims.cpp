#include "security/claims.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <optional>
#include <utility>

#include "clinic/caller.hpp"
#include "clinic/permissions.hpp"
#include "json/reader.hpp"
#include "security/base64url.hpp"

namespace pms::security {
namespace {

constexpr std::int64_t max_time_s = 253'402'300'799;  // the end of the year 9999

/// Returns whether `typ` is that of an access token (RFC 9068 section 2.1): "at+jwt", or the whole
/// media type. Media types are case-insensitive.
bool is_access_token_type(std::string_view type) {
  std::string lower(type);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower == "at+jwt" || lower == "application/at+jwt";
}

/// Reads a NumericDate (RFC 7519 section 2): seconds since 1970, possibly with a fraction.
std::optional<core::Timestamp> time_member(const boost::json::object& claims, std::string_view name) {
  const boost::json::value* value = claims.if_contains({name.data(), name.size()});
  if (value == nullptr) return std::nullopt;
  double seconds = 0;
  if (value->is_int64())
    seconds = static_cast<double>(value->get_int64());
  else if (value->is_double())
    seconds = value->get_double();
  else
    return std::nullopt;
  if (!(seconds >= 0 && seconds <= static_cast<double>(max_time_s))) return std::nullopt;
  return core::Timestamp(std::chrono::microseconds(std::llround(seconds * 1e6)));
}

/// Reads how often the account had been changed. Returns 0 if the claim is missing, so that every
/// revocation of the user applies to the token.
std::optional<std::int64_t> user_version_member(const boost::json::object& claims) {
  const boost::json::value* value = claims.if_contains("uver");
  if (value == nullptr) return 0;
  if (!value->is_int64() || value->get_int64() < 0) return std::nullopt;
  return value->get_int64();
}

/// Returns whether `aud` names the audience (RFC 7519 section 4.1.3). It is a string or an array of
/// strings.
bool names_audience(const boost::json::object& claims, std::string_view audience) {
  const boost::json::value* value = claims.if_contains("aud");
  if (value == nullptr) return false;
  auto is_ours = [audience](const boost::json::value& one) {
    return one.is_string() && std::string_view(one.get_string().data(), one.get_string().size()) == audience;
  };
  if (value->is_array()) return std::ranges::any_of(value->get_array(), is_ours);
  return is_ours(*value);
}

/// Reads the roles. Roles that this version does not know grant no permissions.
std::optional<clinic::Roles> roles_member(const boost::json::object& claims) {
  const boost::json::value* value = claims.if_contains("roles");
  if (value == nullptr || !value->is_array()) return std::nullopt;
  clinic::Roles roles;
  for (const boost::json::value& name : value->get_array()) {
    if (!name.is_string()) return std::nullopt;
    if (auto role = clinic::parse_role({name.get_string().data(), name.get_string().size()})) roles.add(*role);
  }
  return roles;
}

}  // namespace

std::string_view to_string(Refusal refusal) {
  switch (refusal) {
    case Refusal::malformed:
      return "malformed";
    case Refusal::algorithm:
      return "algorithm";
    case Refusal::type:
      return "type";
    case Refusal::unknown_key:
      return "unknown_key";
    case Refusal::signature:
      return "signature";
    case Refusal::issuer:
      return "issuer";
    case Refusal::expired:
      return "expired";
    case Refusal::not_yet_valid:
      return "not_yet_valid";
    case Refusal::revoked:
      return "revoked";
  }
  std::unreachable();
}

std::expected<TokenParts, Refusal> split_token(std::string_view token) {
  std::size_t first = token.find('.');
  std::size_t second = token.rfind('.');
  if (first == std::string_view::npos || first == second ||
      token.substr(first + 1, second - first - 1).find('.') != std::string_view::npos)
    return std::unexpected(Refusal::malformed);
  auto header_text = base64url_decode(token.substr(0, first));
  auto claims = base64url_decode(token.substr(first + 1, second - first - 1));
  auto signature = base64url_decode(token.substr(second + 1));
  if (!header_text || !claims || !signature) return std::unexpected(Refusal::malformed);
  const auto header = json::parse_object(*header_text);
  if (!header) return std::unexpected(Refusal::malformed);
  if (json::text_member(*header, "alg") != "ES256") return std::unexpected(Refusal::algorithm);
  auto type = json::text_member(*header, "typ");
  if (!type || !is_access_token_type(*type) || header->contains("crit")) return std::unexpected(Refusal::type);
  auto key_id = json::text_member(*header, "kid");
  if (!key_id) return std::unexpected(Refusal::malformed);
  return TokenParts{.key_id = std::string(*key_id),
                    .signed_part = token.substr(0, second),
                    .signature = std::move(*signature),
                    .claims = std::move(*claims)};
}

std::expected<clinic::Caller, Refusal> read_claims(std::string_view text, const TokenSettings& settings,
                                                   core::Timestamp now) {
  const auto claims = json::parse_object(text);
  if (!claims) return std::unexpected(Refusal::malformed);
  if (json::text_member(*claims, "iss") != settings.issuer || !names_audience(*claims, settings.audience))
    return std::unexpected(Refusal::issuer);

  auto user_id = json::text_member(*claims, "sub");
  auto session = json::text_member(*claims, "sid");
  auto token_id = json::text_member(*claims, "jti");
  auto email = json::text_member(*claims, "email");
  auto roles = roles_member(*claims);
  auto issued_at = time_member(*claims, "iat");
  auto expires_at = time_member(*claims, "exp");
  auto not_before = time_member(*claims, "nbf");
  auto user_version = user_version_member(*claims);
  if (!user_id || !session || !token_id || !email || !roles || !issued_at || !expires_at || !user_version ||
      (claims->contains("nbf") && !not_before))
    return std::unexpected(Refusal::malformed);
  if (now >= *expires_at + settings.leeway) return std::unexpected(Refusal::expired);
  if (not_before && now + settings.leeway < *not_before) return std::unexpected(Refusal::not_yet_valid);

  return clinic::Caller{.user_id = std::string(*user_id),
                        .session = std::string(*session),
                        .token_id = std::string(*token_id),
                        .email = std::string(*email),
                        .roles = *roles,
                        .permissions = clinic::permissions_of(*roles),
                        .issued_at = *issued_at,
                        .expires_at = *expires_at,
                        .user_version = *user_version};
}

}  // namespace pms::security
