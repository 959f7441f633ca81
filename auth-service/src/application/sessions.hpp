// Declares the port through which sessions and their refresh tokens are stored.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/clock.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "domain/session.hpp"
#include "domain/user.hpp"

namespace pms::auth {

using core::Deadline;

/// Stores the sessions and their refresh tokens. Thread-safe. Each function can fail with
/// unavailable, deadline_exceeded or storage_full.
class Sessions {
 public:
  struct Found {
    RefreshToken token;
    Session session;
    User user;
  };

  virtual ~Sessions() = default;
  /// Stores a new session with its first refresh token and returns true. If the account has changed
  /// since `user_version`, stores nothing and returns false, because the checks of the caller may
  /// no longer hold.
  virtual core::Task<core::Result<bool>> begin(Session, std::int64_t user_version, RefreshToken, Deadline) = 0;
  /// Returns the refresh token with its session and user, or nothing if the token is unknown.
  virtual core::Task<core::Result<std::optional<Found>>> find(std::string token_hash, Deadline) = 0;
  /// Marks the parent of `next` as used, stores `next` and returns true. If judge() would no longer
  /// accept the parent at `next.issued_at`, or if the session's user has changed since it was read,
  /// changes nothing and returns false.
  virtual core::Task<core::Result<bool>> exchange(RefreshToken next, const User&, Deadline) = 0;
  /// Ends the session and publishes its revocation to every verifier; does nothing if it has
  /// already ended.
  virtual core::Task<core::Result<>> end(std::string session_id, core::Timestamp now, Deadline) = 0;
  virtual core::Task<core::Result<>> remove_expired(core::Timestamp now, Deadline) = 0;
};

}  // namespace pms::auth
