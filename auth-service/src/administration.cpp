#include "administration.hpp"

#include "application/user_administration.hpp"
#include "migrations.hpp"
#include "runtime/storage.hpp"
#include "storage/users.hpp"

namespace pms::auth {

core::Task<core::Result<std::string>> create_account(const Config& config, NewAccount account) {
  auto database = runtime::open_database(config.database_url, "auth-service", migrations());
  if (!database) co_return std::unexpected(std::move(database.error()));

  StoredUsers users(**database);
  security::PasswordSettings hashing = config.password;
  hashing.threads = 1;
  security::PasswordHasher hasher(hashing);
  UserAdministration administration(users, hasher, core::system_clock(), core::uuid_v7());
  auto deadline = resilience::Deadline::after(std::chrono::seconds(10));
  co_return co_await administration.create(std::move(account), deadline);
}

}  // namespace pms::auth
