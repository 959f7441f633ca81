// Throttles password guessing: each attempt is admitted before its password is checked, and settled
// afterwards.
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
    std::int64_t limit = 0;  ///< number of failures from which this guess is no longer answered
  };

  PasswordGuesses(FailedLogins& failed, const core::Clock& clock) : failed_(failed), clock_(clock) {}

  /// Returns a guess to be settled, or fails with resource_exhausted and retry_after while guesses
  /// for this e-mail must wait. The error does not reveal whether a user with this e-mail exists.
  core::Task<core::Result<Guess>> admit(std::string email, Deadline);

  /// Counts a wrong password, or forgets the failures after a right one. Fails with
  /// resource_exhausted if failures that were counted in the meantime have started a wait. The
  /// caller must then not reveal whether the password was right; otherwise parallel guesses would
  /// avoid the waits.
  core::Task<core::Result<>> settle(Guess, bool right, Deadline);

 private:
  core::Task<core::Result<>> count_failure(Guess, Deadline);

  FailedLogins& failed_;
  const core::Clock& clock_;
};

}  // namespace pms::auth
