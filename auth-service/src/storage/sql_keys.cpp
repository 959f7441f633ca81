#include "storage/sql_keys.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/columns.hpp"
#include "storage/change.hpp"

namespace pms::auth {
namespace {

constexpr database::Statement select_keys{R"(
  SELECT generation, material, sealed, created_at, signs_from FROM signing_key ORDER BY generation)"};

constexpr database::Statement insert_key{R"(
  INSERT INTO signing_key (generation, material, sealed, created_at, signs_from) VALUES ($1, $2, $3, $4, $5)
  ON CONFLICT (generation) DO NOTHING)"};

constexpr database::Statement seal_key{R"(
  UPDATE signing_key SET material = $2, sealed = 1 WHERE generation = $1 AND sealed = 0)"};

constexpr database::Statement delete_keys{R"(DELETE FROM signing_key WHERE generation < $1)"};

StoredKey to_key(const database::Row& row) {
  return {.generation = {.number = row.integer(0), .created_at = row.time(3), .signs_from = row.time(4)},
          .material = row.blob(1),
          .sealed = row.boolean(2)};
}

}  // namespace

core::Task<core::Result<std::vector<StoredKey>>> SqlKeys::all(Deadline deadline) {
  database::Params none;
  auto rows = co_await database_.query(select_keys, std::move(none), deadline);
  if (!rows) co_return std::unexpected(rows.error());
  std::vector<StoredKey> keys;
  for (const database::Row& row : *rows) keys.push_back(to_key(row));
  co_return keys;
}

core::Task<core::Result<>> SqlKeys::add(StoredKey key, Deadline deadline) {
  database::Params params{key.generation.number, database::Blob{std::move(key.material)},
                          database::to_column(key.sealed), database::to_column(key.generation.created_at),
                          database::to_column(key.generation.signs_from)};
  co_return co_await change(database_, insert_key, std::move(params), deadline);
}

core::Task<core::Result<>> SqlKeys::seal(std::int64_t generation, std::string material, Deadline deadline) {
  database::Params params{generation, database::Blob{std::move(material)}};
  co_return co_await change(database_, seal_key, std::move(params), deadline);
}

core::Task<core::Result<>> SqlKeys::remove_before(std::int64_t generation, Deadline deadline) {
  database::Params params{generation};
  co_return co_await change(database_, delete_keys, std::move(params), deadline);
}

}  // namespace pms::auth
