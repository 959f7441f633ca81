#include "config.hpp"

namespace pms::auth {

void Config::declare(config::Schema& schema) {
  using namespace std::chrono_literals;
  listen.declare(schema, "auth", 4005);
  schema.property("tokens.issuer", &issuer, std::string("pms"), "The `iss` of access tokens", config::not_empty());
  schema.property("tokens.audience", &audience, std::string("pms"), "The `aud` of access tokens", config::not_empty());
  schema.property("auth.database.url", &database_url, std::string("sqlite:var/auth.db"),
                  "Where users, keys and sessions are stored", config::not_empty());
  schema.property("auth.tokens.lifetime", &token_lifetime, std::chrono::milliseconds(15min),
                  "How long an access token is valid", config::between<std::chrono::milliseconds>(1s, 24h));
  schema.property("auth.refresh.lifetime", &refresh_lifetime, std::chrono::milliseconds(720h),
                  "How long a session can be refreshed without a new login",
                  config::between<std::chrono::milliseconds>(1min, 8760h));
  schema.property("auth.keys.secret", &keys_secret, config::Secret{},
                  "Encrypts the signing keys in the database; empty: they are stored as they are");
}

}  // namespace pms::auth
