#include "administration.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <iterator>
#include <memory>

#include "application/user_administration.hpp"
#include "migrations.hpp"
#include "runtime/storage.hpp"
#include "storage/sql_users.hpp"

namespace pms::auth {
namespace {

constexpr std::int64_t page_size = 1'000;

Deadline soon() { return Deadline::after(std::chrono::seconds(10)); }

security::PasswordSettings one_at_a_time(security::PasswordSettings settings) {
  settings.threads = 1;
  return settings;
}

/// Contains the parts of the service that a command needs.
struct Tools {
  Tools(std::unique_ptr<database::Database> opened, const Config& config)
      : database(std::move(opened)), hasher(one_at_a_time(config.password)) {}
  std::unique_ptr<database::Database> database;
  SqlUsers users{*database};
  security::PasswordHasher hasher;
  security::RevocationList revoked;  // not read: the running services read revocations from the database
  UserAdministration administration{users, hasher, core::system_clock(), core::uuid_v7(), revoked};
};

core::Result<std::unique_ptr<Tools>> open_tools(const Config& config) {
  auto database = runtime::open_database(config.database_url, "auth-service", migrations());
  if (!database) return std::unexpected(std::move(database.error()));
  return std::make_unique<Tools>(std::move(*database), config);
}

/// Opens the tools for commands that make no sense without accounts. Does not create a database,
/// because that would only hide a wrong path.
core::Result<std::unique_ptr<Tools>> open_existing_tools(const Config& config) {
  if (!runtime::database_exists(config.database_url))
    return core::fail(core::Errc::unavailable, fmt::format("no accounts exist yet at {}", config.database_url));
  return open_tools(config);
}

}  // namespace

core::Task<core::Result<std::string>> create_account(const Config& config, NewAccount account) {
  auto tools = open_tools(config);
  if (!tools) co_return std::unexpected(std::move(tools.error()));
  auto user = co_await (*tools)->administration.create(std::move(account), soon());
  if (!user) co_return std::unexpected(std::move(user.error()));
  co_return std::move(user->id);
}

core::Task<core::Result<std::vector<User>>> list_accounts(const Config& config) {
  auto tools = open_existing_tools(config);
  if (!tools) co_return std::unexpected(std::move(tools.error()));
  std::vector<User> all;
  while (true) {
    auto page = co_await (*tools)->users.list(static_cast<std::int64_t>(all.size()), page_size, soon());
    if (!page) co_return std::unexpected(std::move(page.error()));
    if (page->users.empty()) co_return all;
    std::ranges::move(page->users, std::back_inserter(all));
  }
}

core::Task<core::Result<>> change_account(const Config& config, std::string email, AccountChange wanted) {
  auto tools = open_existing_tools(config);
  if (!tools) co_return std::unexpected(std::move(tools.error()));
  auto user = co_await (*tools)->users.find_by_email(std::move(email), soon());
  if (!user) co_return std::unexpected(std::move(user.error()));
  if (!*user) co_return core::fail(core::Errc::not_found, "no such account");
  auto changed = co_await (*tools)->administration.change((*user)->id, std::move(wanted), soon());
  if (!changed) co_return std::unexpected(std::move(changed.error()));
  co_return core::Result<>{};
}

}  // namespace pms::auth
