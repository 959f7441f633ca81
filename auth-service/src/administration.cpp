#include "administration.hpp"

#include "application/user_administration.hpp"
#include "database/database.hpp"
#include "migrations.hpp"
#include "storage/users.hpp"

namespace pms::auth {

core::Task<core::Result<std::string>> create_account(const Config& config, NewAccount account) {
  auto database = database::open(config.database_url, {.service = "auth-service"});
  if (!database) co_return std::unexpected(database.error());
  if (auto migrated = (*database)->migrate(migrations()); !migrated) co_return std::unexpected(migrated.error());

  StoredUsers users(**database);
  security::PasswordSettings hashing = config.password;
  hashing.threads = 1;
  security::PasswordHasher hasher(hashing);
  UserAdministration administration(users, hasher, core::system_clock(), core::uuid_v7());
  auto deadline = resilience::Deadline::after(std::chrono::seconds(10));
  co_return co_await administration.create(std::move(account), deadline);
}

}  // namespace pms::auth
