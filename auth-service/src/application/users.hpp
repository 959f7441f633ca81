// Declares the port through which users are stored.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <vector>

#include "clinic/permissions.hpp"
#include "core/clock.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "domain/user.hpp"

namespace pms::auth {

using core::Deadline;

struct UserPage {
  std::vector<User> users;
  std::int64_t total = 0;  ///< number of users on all pages
};

/// Contains the new values of a user; members without a value leave it unchanged.
struct UserChange {
  std::optional<clinic::Roles> roles;
  std::optional<bool> enabled;
  std::optional<std::string> password_hash;
};

/// Returns the error of a use case whose account was changed after the use case had read it.
inline std::unexpected<core::Error> changed_meanwhile() {
  return std::unexpected(core::Error{.code = core::Errc::unavailable,
                                     .message = "the account was changed at the same time; try again",
                                     .retry_after = std::chrono::seconds(1)});
}

/// Contains a password change that a user makes themselves.
struct PasswordChange {
  std::string user_id;
  std::int64_t version = 0;  ///< version of the account whose password was checked
  std::string password_hash;
  std::string kept_session;
};

/// Stores the users. Thread-safe. Besides the errors that it documents, each function can fail with
/// unavailable, deadline_exceeded or storage_full.
class Users {
 public:
  virtual ~Users() = default;
  /// Returns the user with this e-mail, which is compared without regard to case.
  virtual core::Task<core::Result<std::optional<User>>> find_by_email(std::string email, Deadline) = 0;
  virtual core::Task<core::Result<std::optional<User>>> find_by_id(std::string id, Deadline) = 0;
  /// Returns a page of users in the order of their e-mails, and the number of all users.
  virtual core::Task<core::Result<UserPage>> list(std::int64_t offset, std::int64_t limit, Deadline) = 0;
  /// Stores a new user. Error: conflict, which names `email`.
  virtual core::Task<core::Result<>> add(User, Deadline) = 0;
  /// Changes the user, revokes their previous access tokens and returns the changed user. Also ends
  /// their sessions if the change disables them or sets another password; another password also
  /// deletes their failed logins. Errors: not_found; conflict if the change would leave no enabled
  /// administrator.
  virtual core::Task<core::Result<User>> change(std::string id, UserChange, core::Timestamp now, Deadline) = 0;
  /// Deletes the user and their sessions, and revokes their access tokens. Returns the user as they
  /// were, disabled and with the next version. Errors: not_found; conflict if the removal would
  /// leave no enabled administrator.
  virtual core::Task<core::Result<User>> remove(std::string id, core::Timestamp now, Deadline) = 0;
  /// Changes the user's password, ends all of their sessions except `kept_session`, and returns the
  /// ids of the ended sessions. If the account has changed since `version`, changes nothing and
  /// returns nothing.
  virtual core::Task<core::Result<std::optional<std::vector<std::string>>>> change_password(PasswordChange,
                                                                                            core::Timestamp now,
                                                                                            Deadline) = 0;
};

}  // namespace pms::auth
