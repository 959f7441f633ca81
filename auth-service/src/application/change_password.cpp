#include "application/change_password.hpp"

#include <expected>
#include <string_view>

#include "core/result.hpp"
#include "core/task.hpp"
#include "security/password_rule.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pms::auth {
namespace {

const char* outcome_of(const core::Result<>& answer) {
  if (answer) return "changed";
  if (answer.error().code == core::Errc::invalid) return "refused";
  if (answer.error().code == core::Errc::resource_exhausted) return "throttled";
  return "failed";
}

void count_change(const char* outcome) {
  telemetry::counter("authentication_password_changes_total", "Changes of users' own passwords, by outcome",
                     {{"outcome", outcome}})
      .Increment();
}

core::Result<> check(std::string_view current, std::string_view next) {
  if (auto wrong = security::check_new_password(next)) return core::fail_field("newPassword", std::move(*wrong));
  if (next == current) return core::fail_field("newPassword", "must differ from the current password");
  return {};
}

}  // namespace

ChangePassword::ChangePassword(Users& users, PasswordGuesses& guesses, security::PasswordHasher& hasher,
                               const core::Clock& clock, security::RevocationList& revoked)
    : users_(users), guesses_(guesses), hasher_(hasher), clock_(clock), revoked_(revoked) {}

core::Task<core::Result<>> ChangePassword::operator()(const clinic::Caller& caller, std::string current,
                                                      std::string next, Deadline deadline) {
  auto answer = co_await change(caller, std::move(current), std::move(next), deadline);
  count_change(outcome_of(answer));
  co_return answer;
}

core::Task<core::Result<>> ChangePassword::change(const clinic::Caller& caller, std::string current, std::string next,
                                                  Deadline deadline) {
  if (auto right = check(current, next); !right) co_return right;
  auto user = co_await authenticate(caller.user_id, std::move(current), deadline);
  if (!user) co_return std::unexpected(user.error());
  auto hash = co_await hasher_.hash(std::move(next));
  if (!hash) co_return std::unexpected(hash.error());

  core::Timestamp now = clock_.now();
  PasswordChange wanted{
      .user_id = user->id, .version = user->version, .password_hash = std::move(*hash), .kept_session = caller.session};
  auto ended = co_await users_.change_password(std::move(wanted), now, deadline);
  if (!ended) co_return std::unexpected(ended.error());
  if (!*ended) co_return changed_meanwhile();
  for (std::string& session : **ended)
    revoked_.add({.kind = security::Revocation::Kind::session,
                  .id = std::move(session),
                  .expires_at = now + max_access_token_lifetime});
  telemetry::log(telemetry::Level::info, "auth-service", "a user changed their password",
                 {{"user", std::string_view(user->id)}});
  co_return core::Result<>{};
}

core::Task<core::Result<User>> ChangePassword::authenticate(std::string user_id, std::string password,
                                                            Deadline deadline) {
  auto user = co_await users_.find_by_id(std::move(user_id), deadline);
  if (!user) co_return std::unexpected(user.error());
  if (!*user || !(*user)->enabled) co_return core::fail(core::Errc::unauthenticated, "the access token is not valid");
  auto guess = co_await guesses_.admit((*user)->email, deadline);
  if (!guess) co_return std::unexpected(guess.error());
  auto matches = co_await hasher_.verify(std::move(password), (*user)->password_hash);
  if (!matches) co_return std::unexpected(matches.error());
  auto settled = co_await guesses_.settle(std::move(*guess), *matches, deadline);
  if (!settled) co_return std::unexpected(settled.error());
  if (!*matches) co_return core::fail_field("currentPassword", "is not your current password");
  co_return std::move(**user);
}

}  // namespace pms::auth
