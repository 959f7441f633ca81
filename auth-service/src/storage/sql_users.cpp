#include "storage/sql_users.hpp"

#include <cstddef>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/text.hpp"
#include "database/columns.hpp"
#include "storage/change.hpp"
#include "storage/user_batches.hpp"

namespace pms::auth {
namespace {

constexpr database::Statement select_by_email = database::point_read(R"(
  SELECT id, email, password_hash, roles, enabled, version, created_at, updated_at FROM users WHERE email_key = $1)");

constexpr database::Statement select_by_id = database::point_read(R"(
  SELECT id, email, password_hash, roles, enabled, version, created_at, updated_at FROM users WHERE id = $1)");

constexpr database::Statement select_page{R"(
  SELECT id, email, password_hash, roles, enabled, version, created_at, updated_at FROM users
  ORDER BY email_key LIMIT $1 OFFSET $2)"};

constexpr database::Statement count_users{"SELECT COUNT(*) FROM users"};

constexpr database::Statement insert_user{R"(
  INSERT INTO users (id, email, email_key, password_hash, roles, enabled, version, created_at, updated_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9))"};

bool is_refused_change(const core::Error& error) {
  return error.code == core::Errc::violation && error.message == refused_change;
}

core::Error to_domain(core::Error error) {
  if (error.code != core::Errc::violation || error.message != "users.email_key") return error;
  return {.code = core::Errc::conflict,
          .message = "the e-mail is in use",
          .fields = {{"email", "is in use by another account"}}};
}

}  // namespace

User to_user(const database::Row& row, std::size_t first) {
  return {.id = row.text(first),
          .email = row.text(first + 1),
          .password_hash = row.text(first + 2),
          .roles = split_roles(row.text(first + 3)),
          .enabled = row.boolean(first + 4),
          .version = row.integer(first + 5),
          .created_at = row.time(first + 6),
          .updated_at = row.time(first + 7)};
}

core::Task<core::Result<std::optional<User>>> SqlUsers::find_by_email(std::string email, Deadline deadline) {
  co_return co_await find(select_by_email, core::email_key(email), deadline);
}

core::Task<core::Result<std::optional<User>>> SqlUsers::find_by_id(std::string id, Deadline deadline) {
  co_return co_await find(select_by_id, std::move(id), deadline);
}

core::Task<core::Result<std::optional<User>>> SqlUsers::find(const database::Statement& statement, std::string key,
                                                             Deadline deadline) {
  database::Params params{std::move(key)};
  auto rows = co_await database_.query(statement, std::move(params), deadline);
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return std::nullopt;
  co_return to_user(rows->front(), 0);
}

core::Task<core::Result<UserPage>> SqlUsers::list(std::int64_t offset, std::int64_t limit, Deadline deadline) {
  database::Params slice{limit, offset};
  auto rows = co_await database_.query(select_page, std::move(slice), deadline);
  if (!rows) co_return std::unexpected(rows.error());
  database::Params none;
  auto total = co_await database_.query(count_users, std::move(none), deadline);
  if (!total) co_return std::unexpected(total.error());
  UserPage page{.users = {}, .total = total->front().integer(0)};
  for (const database::Row& row : *rows) page.users.push_back(to_user(row, 0));
  co_return page;
}

core::Task<core::Result<>> SqlUsers::add(User user, Deadline deadline) {
  database::Params params{user.id,
                          user.email,
                          core::email_key(user.email),
                          user.password_hash,
                          join_roles(user.roles),
                          database::to_column(user.enabled),
                          user.version,
                          database::to_column(user.created_at),
                          database::to_column(user.updated_at)};
  auto done = co_await auth::change(database_, insert_user, std::move(params), deadline);
  if (!done) co_return std::unexpected(to_domain(std::move(done.error())));
  co_return core::Result<>{};
}

core::Task<core::Result<User>> SqlUsers::change(std::string id, UserChange change, core::Timestamp now,
                                                Deadline deadline) {
  co_return co_await commit_change(change_of(id, change, now), deadline);
}

core::Task<core::Result<User>> SqlUsers::remove(std::string id, core::Timestamp now, Deadline deadline) {
  co_return co_await commit_change(removal_of(id, now), deadline);
}

core::Task<core::Result<User>> SqlUsers::commit_change(database::Batch batch, Deadline deadline) {
  auto done = co_await database_.commit(std::move(batch), deadline);
  if (!done && is_refused_change(done.error()))
    co_return core::fail(core::Errc::conflict,
                         "the last enabled user with the role ADMIN cannot be removed, disabled or lose the role");
  if (!done) co_return std::unexpected(done.error());
  const database::Rows& rows = done->at(changed_user).rows;
  if (rows.empty()) co_return core::fail(core::Errc::not_found, "no such user");
  co_return to_user(rows.front(), 0);
}

core::Task<core::Result<std::optional<std::vector<std::string>>>> SqlUsers::change_password(PasswordChange change,
                                                                                            core::Timestamp now,
                                                                                            Deadline deadline) {
  auto done = co_await database_.commit(password_change_of(change, now), deadline);
  if (!done && is_refused_change(done.error())) co_return std::nullopt;
  if (!done) co_return std::unexpected(done.error());
  if (done->at(changed_user).rows_affected == 0) co_return std::nullopt;
  std::vector<std::string> ended;
  for (const database::Row& row : done->at(ended_sessions).rows) ended.push_back(row.text(0));
  co_return ended;
}

}  // namespace pms::auth
