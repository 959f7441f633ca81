#include "database/sqlite/migrate.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "database/columns.hpp"

namespace pms::database::sqlite {
namespace {

using core::Errc;

constexpr std::string_view create_table = R"(
  CREATE TABLE IF NOT EXISTS schema_migration (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,      -- SHA-256 of the migration's text
    applied_at BIGINT NOT NULL))";
constexpr std::string_view recorded_migrations = "SELECT number, checksum FROM schema_migration ORDER BY number";
constexpr std::string_view record_migration =
    "INSERT INTO schema_migration (number, name, checksum, applied_at) VALUES ($1, $2, $3, $4)";

std::string sha256(std::string_view text) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
  std::size_t size = 0;
  EVP_Q_digest(nullptr, "SHA256", nullptr, text.data(), text.size(), digest.data(), &size);
  std::string hex;
  for (const unsigned char byte : std::span(digest).first(size)) hex += fmt::format("{:02x}", byte);
  return hex;
}

/// How many of the migrations are recorded, when every recorded one is among them and unchanged.
core::Result<std::size_t> count_applied(Connection& connection, std::span<const Migration> migrations) {
  auto recorded = connection.read(recorded_migrations, {}, Deadline::never());
  if (!recorded) return std::unexpected(recorded.error());
  if (recorded->size() > migrations.size())
    return core::fail(Errc::unavailable,
                      fmt::format("{} has schema version {}, but this program supports only {}: run the newer program",
                                  connection.file(), recorded->back().integer(0), migrations.size()));
  for (std::size_t i = 0; i < recorded->size(); ++i) {
    if ((*recorded)[i].text(1) != sha256(migrations[i].sqlite))
      return core::fail(Errc::unavailable,
                        fmt::format("{} was created by an earlier version of this program, whose schema differs "
                                    "(migration {}, {}); move the file away and start again with a new one",
                                    connection.file(), migrations[i].number, migrations[i].name));
  }
  return recorded->size();
}

core::Result<> apply(Connection& connection, const Migration& migration) {
  if (auto executed = connection.execute(std::string(migration.sqlite)); !executed) {
    core::Error error = executed.error();
    if (error.code == Errc::internal || error.code == Errc::violation)
      error = {.code = Errc::unavailable,
               .message = fmt::format("{}: migration {} ({}) failed: {}", connection.file(), migration.number,
                                      migration.name, sqlite3_errmsg(connection.handle()))};
    return std::unexpected(std::move(error));
  }
  const Params row{std::int64_t{migration.number}, std::string(migration.name), sha256(migration.sqlite),
                   to_column(core::system_clock().now())};
  auto recorded = connection.run(record_migration, row);
  if (!recorded) return std::unexpected(recorded.error());
  return {};
}

/// Applies the first migration that is not recorded. Says whether there was one.
core::Result<bool> apply_next(Connection& connection, std::span<const Migration> migrations) {
  if (auto created = connection.run(create_table); !created) return std::unexpected(created.error());
  auto applied = count_applied(connection, migrations);
  if (!applied) return std::unexpected(applied.error());
  if (*applied == migrations.size()) return false;
  if (auto done = apply(connection, migrations[*applied]); !done) return std::unexpected(done.error());
  return true;
}

}  // namespace

core::Result<> migrate(Connection& connection, std::span<const Migration> migrations) {
  for (std::size_t i = 0; i < migrations.size(); ++i) {
    if (migrations[i].number != static_cast<int>(i) + 1)
      return core::fail(Errc::internal, fmt::format("migration {} ({}): numbers must increase from 1 without gaps",
                                                    migrations[i].number, migrations[i].name));
  }
  for (bool more = true; more;) {
    // IMMEDIATE takes the write lock first, so that of two processes the second sees what the first
    // has done.
    if (auto begun = connection.execute("BEGIN IMMEDIATE"); !begun) return begun;
    auto applied = apply_next(connection, migrations);
    auto ended = connection.execute(applied ? "COMMIT" : "ROLLBACK");
    if (!applied) return std::unexpected(applied.error());
    if (!ended) return ended;
    more = *applied;
  }
  return {};
}

}  // namespace pms::database::sqlite
