#include "application/end_session.hpp"

#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::auth {

core::Task<core::Result<>> EndSession::operator()(std::string session_id, Deadline deadline) {
  core::Timestamp now = clock_.now();
  if (auto ended = co_await sessions_.end(session_id, now, deadline); !ended) co_return ended;
  revoked_.add({.kind = security::Revocation::Kind::session,
                .id = std::move(session_id),
                .expires_at = now + max_access_token_lifetime});
  co_return core::Result<>{};
}

}  // namespace pms::auth
