// The port to the sessions and their refresh tokens.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "domain/session.hpp"
#include "domain/user.hpp"

namespace pms::auth {

using core::Deadline;

/// Thread-safe. Every call can fail with unavailable, deadline_exceeded or storage_full besides the errors it names.
class Sessions {
 public:
  struct Found {
    RefreshToken token;
    Session session;
    User user;
  };

  virtual ~Sessions() = default;
  /// A new session with its first token. Nothing happens, and the answer is false, when the account has changed since
  /// `user_version`: what was checked may no longer hold.
  virtual core::Task<core::Result<bool>> begin(Session, std::int64_t user_version, RefreshToken, Deadline) = 0;
  /// Whom a refresh token belongs to.
  virtual core::Task<core::Result<std::optional<Found>>> find(std::string token_hash, Deadline) = 0;
  /// Marks the parent of `next` as used and stores `next`, unless judge() would no longer accept the parent at
  /// `next.issued_at`, or the session's user has changed since: then nothing happens and the answer is false.
  virtual core::Task<core::Result<bool>> exchange(RefreshToken next, const User&, Deadline) = 0;
  /// Ends the session, if it has not ended, and tells every verifier so.
  virtual core::Task<core::Result<>> end(std::string session_id, core::Timestamp now, Deadline) = 0;
  virtual core::Task<core::Result<>> remove_expired(core::Timestamp now, Deadline) = 0;
};

}  // namespace pms::auth
