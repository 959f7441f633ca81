#include "storage/sessions.hpp"

#include "storage/change.hpp"
#include "storage/columns.hpp"

namespace pms::auth {
namespace {

constexpr database::Statement insert_session{R"(
  INSERT INTO session (id, user_id, created_at, expires_at) VALUES ($1, $2, $3, $4))"};

constexpr database::Statement insert_token{R"(
  INSERT INTO refresh_token (token_hash, session_id, parent_hash, issued_at) VALUES ($1, $2, $3, $4))"};

constexpr database::Statement delete_expired{R"(DELETE FROM session WHERE expires_at <= $1)"};

}  // namespace

core::Task<core::Result<>> StoredSessions::begin(Session session, RefreshToken token, Deadline deadline) {
  database::Params session_params{session.id, session.user_id, to_column(session.created_at),
                                  to_column(session.expires_at)};
  database::Params token_params{token.hash, token.session_id, database::Null{}, to_column(token.issued_at)};
  database::Batch batch;
  batch.add(insert_session, std::move(session_params));
  batch.add(insert_token, std::move(token_params));
  auto done = co_await database_.commit(std::move(batch), deadline);
  if (!done) co_return std::unexpected(done.error());
  co_return core::Result<>{};
}

core::Task<core::Result<>> StoredSessions::remove_expired(core::Timestamp now, Deadline deadline) {
  database::Params params{to_column(now)};
  co_return co_await change(database_, delete_expired, std::move(params), deadline);
}

}  // namespace pms::auth
