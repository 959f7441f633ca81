#include "config.hpp"

#include "clinic/services.hpp"
#include "runtime/engines.hpp"

namespace pms::auth {

void Config::declare(config::Schema& schema) {
  using namespace std::chrono_literals;
  listen.declare(schema, std::string(clinic::services::auth.section), clinic::services::auth.port);
  tokens.declare(schema);
  schema.property("auth.database.url", &database_url, std::string("sqlite:var/auth.db"),
                  "Where users, keys and sessions are stored", runtime::database_url());
  schema.property("auth.tokens.lifetime", &token_lifetime, std::chrono::milliseconds(15min),
                  "How long an access token is valid", config::between<std::chrono::milliseconds>(1s, 24h));
  schema.property("auth.refresh.lifetime", &refresh_lifetime, std::chrono::milliseconds(720h),
                  "How long a session can be refreshed without a new login",
                  config::between<std::chrono::milliseconds>(1min, 8760h));
  schema.property("auth.password.memory-kib", &password.memory_kib, 19'456,
                  "Argon2id: KiB of memory for hashing a password", config::between<std::uint32_t>(8, 4'194'304));
  schema.property("auth.password.passes", &password.passes, 2, "Argon2id: number of passes over that memory",
                  config::between<std::uint32_t>(1, 100));
  schema.property("auth.password.threads", &password.threads, 0,
                  "Threads that hash passwords; 0: one less than the number of cores, but at least one",
                  config::between<std::uint32_t>(0, 256));
  schema.property("auth.password.queue", &password.queue_limit, 64,
                  "How many passwords may wait for a check; above that, logins get 503",
                  config::between<std::uint32_t>(1, 100'000));
  schema.property("auth.keys.secret", &keys_secret, config::Secret{},
                  "Encrypts the signing keys in the database; if empty, they are stored unencrypted");
}

}  // namespace pms::auth
