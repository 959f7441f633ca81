// What the use cases need to have stored.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "clinic/permissions.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "domain/key_rotation.hpp"
#include "domain/session.hpp"
#include "domain/throttling.hpp"
#include "domain/user.hpp"
#include "security/revocations.hpp"

namespace pms::auth {

using core::Deadline;

struct UserPage {
  std::vector<User> users;
  std::int64_t total = 0;  ///< of all pages
};

/// What is not there stays as it is.
struct UserChange {
  std::optional<clinic::Roles> roles;
  std::optional<bool> enabled;
  std::optional<std::string> password_hash;
};

/// What a use case answers when the account it looked at is no longer the one it would act on.
inline std::unexpected<core::Error> changed_meanwhile() {
  return std::unexpected(core::Error{.code = core::Errc::unavailable,
                                     .message = "the account was changed at the same time; try again",
                                     .retry_after = std::chrono::seconds(1)});
}

/// By the user themselves.
struct PasswordChange {
  std::string user_id;
  std::int64_t version = 0;  ///< of the account whose password was checked
  std::string password_hash;
  std::string kept_session;
};

/// All of these are thread-safe and fail with unavailable, deadline_exceeded or storage_full besides what they name.
class Users {
 public:
  virtual ~Users() = default;
  /// Whatever the e-mail's case.
  virtual core::Task<core::Result<std::optional<User>>> find_by_email(std::string email, Deadline) = 0;
  virtual core::Task<core::Result<std::optional<User>>> find_by_id(std::string id, Deadline) = 0;
  /// By e-mail, and how many there are in all.
  virtual core::Task<core::Result<UserPage>> list(std::int64_t offset, std::int64_t limit, Deadline) = 0;
  /// Error: conflict naming `email`.
  virtual core::Task<core::Result<>> add(User, Deadline) = 0;
  /// Voids the access tokens of before; ends the sessions of whoever is disabled or given another password, and forgets
  /// the failed logins of the latter. Returns the user as it is now. Errors: not_found;
  /// conflict when nobody would be left who administers.
  virtual core::Task<core::Result<User>> change(std::string id, UserChange, core::Timestamp now, Deadline) = 0;
  /// With the sessions; voids the access tokens. Returns the user as it was, one version on. Errors: as of change.
  virtual core::Task<core::Result<User>> remove(std::string id, core::Timestamp now, Deadline) = 0;
  /// Ends the sessions of this user but one, and returns their ids. Nothing happens, and nothing is returned, when the
  /// account has changed since `version`.
  virtual core::Task<core::Result<std::optional<std::vector<std::string>>>> change_password(PasswordChange,
                                                                                            core::Timestamp now,
                                                                                            Deadline) = 0;
};

class FailedLogins {
 public:
  virtual ~FailedLogins() = default;
  /// Of an e-mail whatever its case, and whether there is such a user or not.
  virtual core::Task<core::Result<Failures>> find(std::string email, Deadline) = 0;
  /// One more. Returns how many there are now, or nothing when there were `limit` already: then nothing is counted.
  virtual core::Task<core::Result<std::optional<std::int64_t>>> add(std::string email, std::int64_t limit,
                                                                    core::Timestamp now, Deadline) = 0;
  /// Forgets them while there are fewer than `limit`.
  virtual core::Task<core::Result<>> forget(std::string email, std::int64_t limit, Deadline) = 0;
  virtual core::Task<core::Result<>> remove_before(core::Timestamp, Deadline) = 0;
};

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

/// A signing key as it is stored.
struct StoredKey {
  KeyGeneration generation;
  std::string material;  ///< PKCS #8 PEM, or that sealed
  bool sealed = false;
};

class KeyStore {
 public:
  virtual ~KeyStore() = default;
  virtual core::Task<core::Result<std::vector<StoredKey>>> all(Deadline) = 0;  ///< by generation
  /// Does nothing when the generation is there: another process was first.
  virtual core::Task<core::Result<>> add(StoredKey, Deadline) = 0;
  /// Puts sealed material in the place of plain.
  virtual core::Task<core::Result<>> seal(std::int64_t generation, std::string material, Deadline) = 0;
  virtual core::Task<core::Result<>> remove_before(std::int64_t generation, Deadline) = 0;
};

class Revocations {
 public:
  virtual ~Revocations() = default;
  /// The next entries after this number that still matter, a thousand at most.
  virtual core::Task<core::Result<security::RevocationFeed>> after(std::int64_t number, core::Timestamp now,
                                                                   Deadline) = 0;
  virtual core::Task<core::Result<>> remove_expired(core::Timestamp now, Deadline) = 0;
};

}  // namespace pms::auth
