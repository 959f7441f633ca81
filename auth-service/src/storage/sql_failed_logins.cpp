#include "storage/sql_failed_logins.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/text.hpp"
#include "database/columns.hpp"
#include "storage/change.hpp"

namespace pms::auth {
namespace {

constexpr database::Statement select_failures =
    database::point_read("SELECT failures, last_failure_at FROM failed_login WHERE email_key = $1");

constexpr database::Statement count_failure{R"(
  INSERT INTO failed_login (email_key, failures, last_failure_at) VALUES ($1, 1, $3)
  ON CONFLICT (email_key) DO UPDATE SET failures = failed_login.failures + 1, last_failure_at = $3
  WHERE failed_login.failures < $2
  RETURNING failures)"};

constexpr database::Statement delete_failures{"DELETE FROM failed_login WHERE email_key = $1 AND failures < $2"};
constexpr database::Statement delete_old{"DELETE FROM failed_login WHERE last_failure_at < $1"};

}  // namespace

core::Task<core::Result<Failures>> SqlFailedLogins::find(std::string email, Deadline deadline) {
  database::Params params{core::email_key(email)};
  auto rows = co_await database_.query(select_failures, std::move(params), deadline);
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return Failures{};
  co_return Failures{.count = rows->front().integer(0), .last_at = rows->front().time(1)};
}

core::Task<core::Result<std::optional<std::int64_t>>> SqlFailedLogins::add(std::string email, std::int64_t limit,
                                                                           core::Timestamp now, Deadline deadline) {
  database::Params params{core::email_key(email), limit, database::to_column(now)};
  database::Batch batch;
  batch.add(count_failure, std::move(params));
  auto done = co_await database_.commit(std::move(batch), deadline);
  if (!done) co_return std::unexpected(done.error());
  const database::Rows& counted = done->at(0).rows;
  if (counted.empty()) co_return std::nullopt;
  co_return counted.front().integer(0);
}

core::Task<core::Result<>> SqlFailedLogins::forget(std::string email, std::int64_t limit, Deadline deadline) {
  database::Params params{core::email_key(email), limit};
  co_return co_await change(database_, delete_failures, std::move(params), deadline);
}

core::Task<core::Result<>> SqlFailedLogins::remove_before(core::Timestamp time, Deadline deadline) {
  database::Params params{database::to_column(time)};
  co_return co_await change(database_, delete_old, std::move(params), deadline);
}

}  // namespace pms::auth
