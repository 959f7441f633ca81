// What the use cases need to have stored.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "domain/key_rotation.hpp"
#include "domain/session.hpp"
#include "domain/user.hpp"
#include "resilience/deadline.hpp"
#include "security/revocations.hpp"

namespace pms::auth {

using resilience::Deadline;

/// All of these are thread-safe and fail with unavailable, deadline_exceeded or storage_full besides what they name.
class Users {
 public:
  virtual ~Users() = default;
  /// Whatever the e-mail's case.
  virtual core::Task<core::Result<std::optional<User>>> find_by_email(std::string email, Deadline) = 0;
  virtual core::Task<core::Result<std::optional<User>>> find_by_id(std::string id, Deadline) = 0;
  /// Error: conflict naming `email`.
  virtual core::Task<core::Result<>> add(User, Deadline) = 0;
};

class Sessions {
 public:
  struct Found {
    RefreshToken token;
    Session session;
    User user;
  };

  virtual ~Sessions() = default;
  /// A new session with its first token.
  virtual core::Task<core::Result<>> begin(Session, RefreshToken, Deadline) = 0;
  /// Whom a refresh token belongs to.
  virtual core::Task<core::Result<std::optional<Found>>> find(std::string token_hash, Deadline) = 0;
  /// Marks the parent of `next` as used and stores `next`, unless judge() would no longer accept the parent at
  /// `next.issued_at`: then nothing happens and the answer is false.
  virtual core::Task<core::Result<bool>> exchange(RefreshToken next, Deadline) = 0;
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
