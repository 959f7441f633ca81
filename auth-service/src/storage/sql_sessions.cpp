#include "storage/sql_sessions.hpp"

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/columns.hpp"
#include "storage/change.hpp"
#include "storage/sql_users.hpp"

namespace pms::auth {
namespace {

// Changes nothing, but waits for concurrent changes of the account to commit. Without the wait, the
// next statement would not see them on PostgreSQL.
constexpr database::Statement lock_user{R"(
  UPDATE users SET version = version WHERE id = $1 AND version = $2)"};

constexpr database::Statement insert_session{R"(
  INSERT INTO session (id, user_id, created_at, expires_at)
  SELECT $1, id, $3, $4 FROM users WHERE id = $2 AND version = $5)"};

constexpr database::Statement insert_token{R"(
  INSERT INTO refresh_token (token_hash, session_id, issued_at) SELECT $1, id, $3 FROM session WHERE id = $2)"};

constexpr database::Statement select_token = database::point_read(R"(
  SELECT t.token_hash, t.session_id, t.parent_hash, t.issued_at, t.used_at,
         s.user_id, s.created_at, s.expires_at, s.ended_at,
         u.id, u.email, u.password_hash, u.roles, u.enabled, u.version, u.created_at, u.updated_at
  FROM refresh_token t JOIN session s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
  WHERE t.token_hash = $1)");

// The conditions are those of judge(), and that the account still has its version. $1 is the
// parent, $2 the current time, $3 the earliest first use that is still in its grace period, $4 the
// version and $5 the child.
constexpr database::Statement use_token{R"(
  UPDATE refresh_token SET used_at = COALESCE(used_at, $2)
  WHERE token_hash = $1 AND (used_at IS NULL OR used_at >= $3)
    AND EXISTS (SELECT 1 FROM session s JOIN users u ON u.id = s.user_id
                WHERE s.id = session_id AND s.ended_at IS NULL AND s.expires_at > $2 AND u.version = $4))"};

constexpr database::Statement insert_child{R"(
  INSERT INTO refresh_token (token_hash, session_id, parent_hash, issued_at)
  SELECT $5, t.session_id, t.token_hash, $2
  FROM refresh_token t JOIN session s ON s.id = t.session_id JOIN users u ON u.id = s.user_id
  WHERE t.token_hash = $1 AND t.used_at >= $3 AND s.ended_at IS NULL AND s.expires_at > $2 AND u.version = $4)"};

constexpr database::Statement end_session{R"(
  UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL)"};

constexpr database::Statement revoke_session{R"(
  INSERT INTO revocation (number, kind, subject, version, expires_at)
  SELECT (SELECT COALESCE(MAX(number), 0) + 1 FROM revocation), 'session', id, 0, $3
  FROM session WHERE id = $1 AND ended_at = $2)"};

constexpr database::Statement delete_expired_sessions{R"(DELETE FROM session WHERE expires_at <= $1)"};

Sessions::Found to_found(const database::Row& row) {
  RefreshToken token{.hash = row.text(0),
                     .session_id = row.text(1),
                     .parent_hash = row.is_null(2) ? std::nullopt : std::optional(row.text(2)),
                     .issued_at = row.time(3),
                     .used_at = row.optional_time(4)};
  Session session{.id = row.text(1),
                  .user_id = row.text(5),
                  .created_at = row.time(6),
                  .expires_at = row.time(7),
                  .ended_at = row.optional_time(8)};
  return {.token = std::move(token), .session = std::move(session), .user = to_user(row, 9)};
}

}  // namespace

core::Task<core::Result<bool>> SqlSessions::begin(Session session, std::int64_t user_version, RefreshToken token,
                                                  Deadline deadline) {
  database::Params lock{session.user_id, user_version};
  database::Params session_params{session.id, session.user_id, database::to_column(session.created_at),
                                  database::to_column(session.expires_at), user_version};
  database::Params token_params{token.hash, token.session_id, database::to_column(token.issued_at)};
  database::Batch batch;
  batch.add(lock_user, std::move(lock));
  batch.add(insert_session, std::move(session_params));
  batch.add(insert_token, std::move(token_params));
  auto done = co_await database_.commit(std::move(batch), deadline);
  if (!done) co_return std::unexpected(done.error());
  co_return done->at(2).rows_affected == 1;
}

core::Task<core::Result<std::optional<Sessions::Found>>> SqlSessions::find(std::string token_hash, Deadline deadline) {
  database::Params params{std::move(token_hash)};
  auto rows = co_await database_.query(select_token, std::move(params), deadline);
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return std::nullopt;
  co_return to_found(rows->front());
}

core::Task<core::Result<bool>> SqlSessions::exchange(RefreshToken next, const User& user, Deadline deadline) {
  database::Params lock{user.id, user.version};
  database::Params use{next.parent_hash.value(), database::to_column(next.issued_at),
                       database::to_column(next.issued_at - refresh_grace), user.version};
  database::Params insert = use;
  insert.emplace_back(next.hash);
  database::Batch batch;
  batch.add(lock_user, std::move(lock));
  batch.add(use_token, std::move(use));
  batch.add(insert_child, std::move(insert));
  auto done = co_await database_.commit(std::move(batch), deadline);
  if (!done) co_return std::unexpected(done.error());
  co_return done->at(2).rows_affected == 1;
}

core::Task<core::Result<>> SqlSessions::end(std::string session_id, core::Timestamp now, Deadline deadline) {
  database::Params end{session_id, database::to_column(now)};
  database::Params revoke{std::move(session_id), database::to_column(now),
                          database::to_column(now + max_access_token_lifetime)};
  database::Batch batch;
  batch.add(take_change_lock);
  batch.add(end_session, std::move(end));
  batch.add(revoke_session, std::move(revoke));
  auto done = co_await database_.commit(std::move(batch), deadline);
  if (!done) co_return std::unexpected(done.error());
  co_return core::Result<>{};
}

core::Task<core::Result<>> SqlSessions::remove_expired(core::Timestamp now, Deadline deadline) {
  database::Params params{database::to_column(now)};
  co_return co_await change(database_, delete_expired_sessions, std::move(params), deadline);
}

}  // namespace pms::auth
