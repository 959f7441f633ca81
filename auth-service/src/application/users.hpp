// The port to the stored users.
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
#include "domain/user.hpp"

namespace pms::auth {

using core::Deadline;

struct UserPage {
  std::vector<User> users;
  std::int64_t total = 0;  ///< of all pages
};

/// A value that is not given stays as it is.
struct UserChange {
  std::optional<clinic::Roles> roles;
  std::optional<bool> enabled;
  std::optional<std::string> password_hash;
};

/// The answer of a use case when the account it looked at is no longer the one it would act on.
inline std::unexpected<core::Error> changed_meanwhile() {
  return std::unexpected(core::Error{.code = core::Errc::unavailable,
                                     .message = "the account was changed at the same time; try again",
                                     .retry_after = std::chrono::seconds(1)});
}

/// A user changes their own password.
struct PasswordChange {
  std::string user_id;
  std::int64_t version = 0;  ///< of the account whose password was checked
  std::string password_hash;
  std::string kept_session;
};

/// Thread-safe. Every call can fail with unavailable, deadline_exceeded or storage_full besides the errors it names.
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

}  // namespace pms::auth
