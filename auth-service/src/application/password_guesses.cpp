#include "application/password_guesses.hpp"

#include <chrono>
#include <cstdint>
#include <expected>

#include "core/result.hpp"
#include "core/task.hpp"
#include "telemetry/log.hpp"

namespace pms::auth {
namespace {

std::unexpected<core::Error> wait(std::chrono::microseconds left) {
  return std::unexpected(
      core::Error{.code = core::Errc::resource_exhausted,
                  .message = "too many failed logins for this e-mail address; wait before you try again",
                  .retry_after = std::chrono::ceil<std::chrono::milliseconds>(left)});
}

void report_wait(std::int64_t failures, std::chrono::seconds span) {
  telemetry::log(telemetry::Level::warning, "auth-service",
                 "too many failed logins for one account; logins are throttled",
                 {{"failures", failures}, {"wait_s", std::int64_t{span.count()}}});
}

}  // namespace

core::Task<core::Result<PasswordGuesses::Guess>> PasswordGuesses::admit(std::string email, Deadline deadline) {
  auto failures = co_await failed_.find(email, deadline);
  if (!failures) co_return std::unexpected(failures.error());
  auto left = wait_left(*failures, clock_.now());
  if (left.count() > 0) co_return wait(left);
  co_return Guess{.email = std::move(email), .limit = next_wait_at(*failures)};
}

core::Task<core::Result<>> PasswordGuesses::settle(Guess guess, bool right, Deadline deadline) {
  if (!right) co_return co_await count_failure(std::move(guess), deadline);
  auto failures = co_await failed_.find(guess.email, deadline);
  if (!failures) co_return std::unexpected(failures.error());
  if (failures->count >= guess.limit) co_return wait(wait_left(*failures, clock_.now()));
  if (failures->count == 0) co_return core::Result<>{};
  co_return co_await failed_.forget(std::move(guess.email), guess.limit, deadline);
}

core::Task<core::Result<>> PasswordGuesses::count_failure(Guess guess, Deadline deadline) {
  auto counted = co_await failed_.add(std::move(guess.email), guess.limit, clock_.now(), deadline);
  if (!counted) co_return std::unexpected(counted.error());
  if (!*counted) co_return wait(wait_after(guess.limit));
  if (auto span = wait_after(**counted); span.count() > 0) report_wait(**counted, span);
  co_return core::Result<>{};
}

}  // namespace pms::auth
