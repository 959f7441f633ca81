// Slows down whoever tries passwords: each attempt is admitted before the password is checked, and settled after.
#pragma once

#include <cstdint>
#include <string>

#include "application/failed_logins.hpp"
#include "core/clock.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::auth {

class PasswordGuesses {
 public:
  struct Guess {
    std::string email;
    std::int64_t limit = 0;  ///< the number of failures at which it is no longer answered
  };

  PasswordGuesses(FailedLogins& failed, const core::Clock& clock) : failed_(failed), clock_(clock) {}

  /// Error: resource_exhausted with retry_after while guesses for this e-mail wait, which says nothing of whether there
  /// is such a user.
  core::Task<core::Result<Guess>> admit(std::string email, Deadline);

  /// Counts a wrong password; a right one forgets the failures. Error: resource_exhausted when others that were checked
  /// meanwhile have begun a wait: then nobody may be told whether this one was right, or guessing in parallel would
  /// avoid the waits.
  core::Task<core::Result<>> settle(Guess, bool right, Deadline);

 private:
  core::Task<core::Result<>> count_failure(Guess, Deadline);

  FailedLogins& failed_;
  const core::Clock& clock_;
};

}  // namespace pms::auth
