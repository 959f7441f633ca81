#include "security/access_token.hpp"

#include "clinic/permissions.hpp"
#include "json/writer.hpp"
#include "security/base64url.hpp"

namespace pms::security {

std::string sign_token(const clinic::Caller& caller, const TokenSettings& settings, const SigningKey& key) {
  auto seconds = [](core::Timestamp time) {
    return std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
  };
  std::string header;
  json::Writer(header)
      .begin_object()
      .field("alg", "ES256")
      .field("typ", "at+jwt")
      .field("kid", key.public_key().id())
      .end_object();
  std::string claims;
  json::Writer writer(claims);
  writer.begin_object()
      .field("iss", settings.issuer)
      .field("aud", settings.audience)
      .field("sub", caller.user_id)
      .field("sid", caller.session)
      .field("jti", caller.token_id)
      .field("iat", seconds(caller.issued_at))
      .field("exp", seconds(caller.expires_at))
      .field("email", caller.email)
      .field("uver", caller.user_version);
  writer.key("roles").begin_array();
  for (clinic::Role role : clinic::all_roles())
    if (caller.roles.has(role)) writer.text(to_string(role));
  writer.end_array().end_object();
  std::string token = base64url_encode(header) + '.' + base64url_encode(claims);
  token += '.' + base64url_encode(key.sign(token));
  return token;
}

}  // namespace pms::security
