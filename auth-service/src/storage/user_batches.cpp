#include "storage/user_batches.hpp"

#include "database/columns.hpp"
#include "storage/change.hpp"

namespace pms::auth {
namespace {

using database::Batch;
using database::Params;
using database::Statement;

// Sets the version to NULL, which aborts the batch, unless the user remains an enabled
// administrator, was not one before, or is not the only one.
constexpr Statement update_user{R"(
  UPDATE users SET
    roles = COALESCE($2, roles), enabled = COALESCE($3, enabled), password_hash = COALESCE($4, password_hash),
    updated_at = $5,
    version = CASE
      WHEN COALESCE($3, enabled) = 1 AND ' ' || COALESCE($2, roles) || ' ' LIKE '% ADMIN %' THEN version + 1
      WHEN enabled = 0 OR ' ' || roles || ' ' NOT LIKE '% ADMIN %' THEN version + 1
      WHEN EXISTS (SELECT 1 FROM users other WHERE other.id <> $1 AND other.enabled = 1
                   AND ' ' || other.roles || ' ' LIKE '% ADMIN %') THEN version + 1
    END
  WHERE id = $1
  RETURNING id, email, password_hash, roles, enabled, version, created_at, updated_at)"};

constexpr Statement revoke_user{R"(
  INSERT INTO revocation (number, kind, subject, version, expires_at)
  SELECT (SELECT COALESCE(MAX(number), 0) + 1 FROM revocation), 'user', id, version, $2 FROM users WHERE id = $1)"};

constexpr Statement end_sessions{R"(
  UPDATE session SET ended_at = $2 WHERE user_id = $1 AND ended_at IS NULL)"};

constexpr Statement forget_failures{R"(
  DELETE FROM failed_login WHERE email_key = (SELECT email_key FROM users WHERE id = $1))"};

constexpr Statement delete_user{"DELETE FROM users WHERE id = $1"};

constexpr Statement update_password{R"(
  UPDATE users SET password_hash = $3, updated_at = $4, version = CASE WHEN version = $2 THEN version + 1 END
  WHERE id = $1)"};

constexpr Statement end_other_sessions{R"(
  UPDATE session SET ended_at = $3 WHERE user_id = $1 AND id <> $2 AND ended_at IS NULL AND expires_at > $3
  RETURNING id)"};

// A session whose access tokens have all expired needs no revocation. $5 is the earliest time at
// which a token was issued that may still be valid.
constexpr Statement revoke_other_sessions{R"(
  INSERT INTO revocation (number, kind, subject, version, expires_at)
  SELECT (SELECT COALESCE(MAX(number), 0) FROM revocation) + ROW_NUMBER() OVER (ORDER BY id), 'session', id, 0, $4
  FROM session
  WHERE user_id = $1 AND id <> $2 AND ended_at = $3
    AND EXISTS (SELECT 1 FROM refresh_token t WHERE t.session_id = session.id AND t.issued_at > $5))"};

void add_update(Batch& batch, const std::string& id, const UserChange& change, core::Timestamp now) {
  Params row{id};
  row.push_back(database::to_column(change.roles.transform(join_roles)));
  row.push_back(database::to_column(change.enabled));
  row.push_back(database::to_column(change.password_hash));
  row.emplace_back(database::to_column(now));
  batch.add(take_change_lock);
  batch.add(update_user, std::move(row));
  batch.add(revoke_user, {id, database::to_column(now + max_access_token_lifetime)});
}

}  // namespace

Batch change_of(const std::string& id, const UserChange& change, core::Timestamp now) {
  Batch batch;
  add_update(batch, id, change, now);
  const bool disabled = change.enabled && !*change.enabled;
  if (disabled || change.password_hash) batch.add(end_sessions, {id, database::to_column(now)});
  if (change.password_hash) batch.add(forget_failures, {id});
  return batch;
}

Batch removal_of(const std::string& id, core::Timestamp now) {
  Batch batch;
  add_update(batch, id, {.roles = {}, .enabled = false, .password_hash = {}}, now);
  batch.add(delete_user, {id});  // the schema deletes the user's sessions too
  return batch;
}

Batch password_change_of(const PasswordChange& change, core::Timestamp now) {
  Batch batch;
  batch.add(take_change_lock);
  batch.add(update_password, {change.user_id, change.version, change.password_hash, database::to_column(now)});
  batch.add(end_other_sessions, {change.user_id, change.kept_session, database::to_column(now)});
  batch.add(revoke_other_sessions, {change.user_id, change.kept_session, database::to_column(now),
                                    database::to_column(now + max_access_token_lifetime),
                                    database::to_column(now - max_access_token_lifetime)});
  return batch;
}

}  // namespace pms::auth
