#include "storage/sql_revocations.hpp"

#include <cstdint>
#include <expected>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/columns.hpp"
#include "storage/change.hpp"

namespace pms::auth {
namespace {

using security::Revocation;

/// Reads the entries and the highest number in a single query. If there are no entries, returns one
/// row in which all columns except the highest number are NULL.
constexpr database::Statement select_after{R"(
  SELECT last.number, r.number, r.kind, r.subject, r.version, r.expires_at
  FROM (SELECT COALESCE(MAX(number), 0) AS number FROM revocation) AS last
  LEFT JOIN revocation AS r ON r.number > $1 AND r.expires_at > $2
  ORDER BY r.number LIMIT 1000)"};

constexpr database::Statement delete_expired_revocations{R"(
  DELETE FROM revocation WHERE expires_at <= $1 AND number < (SELECT MAX(number) FROM revocation))"};

Revocation to_revocation(const database::Row& row) {
  return {.number = row.integer(1),
          .kind = row.text(2) == "session" ? Revocation::Kind::session : Revocation::Kind::user,
          .id = row.text(3),
          .version = row.integer(4),
          .expires_at = row.time(5)};
}

}  // namespace

core::Task<core::Result<security::RevocationFeed>> SqlRevocations::after(std::int64_t number, core::Timestamp now,
                                                                         Deadline deadline) {
  database::Params params{number, database::to_column(now)};
  auto rows = co_await database_.query(select_after, std::move(params), deadline);
  if (!rows) co_return std::unexpected(rows.error());
  security::RevocationFeed feed;
  for (const database::Row& row : *rows) {
    feed.last = row.integer(0);
    if (!row.is_null(1)) feed.revocations.push_back(to_revocation(row));
  }
  co_return feed;
}

core::Task<core::Result<>> SqlRevocations::remove_expired(core::Timestamp now, Deadline deadline) {
  database::Params params{database::to_column(now)};
  co_return co_await change(database_, delete_expired_revocations, std::move(params), deadline);
}

}  // namespace pms::auth
