#include "application/login.hpp"

#include <expected>
#include <string_view>

#include "core/result.hpp"
#include "core/task.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pms::auth {
namespace {

void count_login(const char* outcome) {
  telemetry::counter("authentication_logins_total", "Logins, by outcome", {{"outcome", outcome}}).Increment();
}

const char* outcome_of(const core::Result<TokenPair>& answer) {
  if (answer) return "accepted";
  if (answer.error().code == core::Errc::unauthenticated) return "refused";
  if (answer.error().code == core::Errc::resource_exhausted) return "throttled";
  return "failed";
}

void report(std::string_view what, const User& user) {
  telemetry::log(telemetry::Level::info, "auth-service", what, {{"user", std::string_view(user.id)}});
}

}  // namespace

Login::Login(Users& users, Sessions& sessions, PasswordGuesses& guesses, security::PasswordHasher& hasher,
             const TokenIssuer& issuer, const core::Clock& clock, core::IdGenerator& ids,
             std::chrono::milliseconds session_lifetime)
    : users_(users),
      sessions_(sessions),
      guesses_(guesses),
      hasher_(hasher),
      issuer_(issuer),
      clock_(clock),
      ids_(ids),
      session_lifetime_(session_lifetime) {}

core::Task<core::Result<TokenPair>> Login::operator()(Credentials credentials, Deadline deadline) {
  auto answer = co_await log_in(std::move(credentials), deadline);
  count_login(outcome_of(answer));
  co_return answer;
}

core::Task<core::Result<TokenPair>> Login::log_in(Credentials credentials, Deadline deadline) {
  auto user = co_await authenticate(std::move(credentials), deadline);
  if (!user) co_return std::unexpected(user.error());

  core::Timestamp now = clock_.now();
  Session session{.id = ids_.next(), .user_id = user->id, .created_at = now, .expires_at = now + session_lifetime_};
  std::string refresh_token = new_refresh_token();
  RefreshToken stored{.hash = hash_refresh_token(refresh_token), .session_id = session.id, .issued_at = now};
  auto begun = co_await sessions_.begin(session, user->version, std::move(stored), deadline);
  if (!begun) co_return std::unexpected(begun.error());
  if (!*begun) co_return changed_meanwhile();
  report("a user logged in", *user);
  co_return issuer_.issue(*user, session, std::move(refresh_token), now);
}

core::Task<core::Result<User>> Login::authenticate(Credentials credentials, Deadline deadline) {
  auto guess = co_await guesses_.admit(credentials.email, deadline);
  if (!guess) co_return std::unexpected(guess.error());
  auto user = co_await users_.find_by_email(std::move(credentials.email), deadline);
  if (!user) co_return std::unexpected(user.error());
  // Verifying against an empty hash takes as long as verifying against a real one, so the response
  // time does not reveal whether the user exists.
  std::string hash = *user ? (*user)->password_hash : std::string();
  auto matches = co_await hasher_.verify(std::move(credentials.password), std::move(hash));
  if (!matches) co_return std::unexpected(matches.error());
  const bool accepted = *matches && *user && (*user)->enabled;
  auto settled = co_await guesses_.settle(std::move(*guess), accepted, deadline);
  if (!settled) co_return std::unexpected(settled.error());
  if (accepted) co_return std::move(**user);
  if (*user) report("a login was refused", **user);
  co_return core::fail(core::Errc::unauthenticated, "the e-mail or the password is wrong");
}

}  // namespace pms::auth
