#include "application/login.hpp"

#include "telemetry/metrics.hpp"

namespace pms::auth {
namespace {

void count(bool succeeded) {
  constexpr auto name = "authentication_logins_total";
  constexpr auto help = "Logins by their outcome";
  static auto& accepted = telemetry::counter(name, help, {{"outcome", "accepted"}});
  static auto& refused = telemetry::counter(name, help, {{"outcome", "refused"}});
  (succeeded ? accepted : refused).Increment();
}

}  // namespace

Login::Login(Users& users, Sessions& sessions, security::PasswordHasher& hasher, const SigningKeys& keys,
             const core::Clock& clock, core::IdGenerator& ids, LoginSettings settings)
    : users_(users),
      sessions_(sessions),
      hasher_(hasher),
      keys_(keys),
      clock_(clock),
      ids_(ids),
      settings_(std::move(settings)) {}

core::Task<core::Result<LoggedIn>> Login::operator()(Credentials credentials, Deadline deadline) {
  auto user = co_await authenticate(std::move(credentials), deadline);
  if (!user) co_return std::unexpected(user.error());

  core::Timestamp now = clock_.now();
  Session session{
      .id = ids_.next(), .user_id = user->id, .created_at = now, .expires_at = now + settings_.session_lifetime};
  std::string refresh_token = new_refresh_token();
  RefreshToken stored{.hash = hash_refresh_token(refresh_token),
                      .session_id = session.id,
                      .parent_hash = std::nullopt,
                      .issued_at = now};
  if (auto begun = co_await sessions_.begin(session, std::move(stored), deadline); !begun)
    co_return std::unexpected(begun.error());

  LoggedIn answer{.access_token = access_token(*user, session),
                  .refresh_token = std::move(refresh_token),
                  .expires_in = std::chrono::floor<std::chrono::seconds>(settings_.token_lifetime)};
  co_return answer;
}

core::Task<core::Result<User>> Login::authenticate(Credentials credentials, Deadline deadline) {
  auto user = co_await users_.find_by_email(std::move(credentials.email), deadline);
  if (!user) co_return std::unexpected(user.error());
  // Nobody's password is checked against nothing, which takes as long as checking somebody's.
  std::string hash = *user ? (*user)->password_hash : std::string();
  auto matches = co_await hasher_.verify(std::move(credentials.password), std::move(hash));
  if (!matches) co_return std::unexpected(matches.error());
  bool accepted = *matches && *user && (*user)->enabled;
  count(accepted);
  if (!accepted) co_return core::fail(core::Errc::unauthenticated, "the e-mail or the password is wrong");
  co_return std::move(**user);
}

std::string Login::access_token(const User& user, const Session& session) const {
  security::Caller caller{.user_id = user.id,
                          .session = session.id,
                          .token_id = ids_.next(),
                          .email = user.email,
                          .roles = user.roles,
                          .permissions = security::permissions_of(user.roles),
                          .issued_at = session.created_at,
                          .expires_at = session.created_at + settings_.token_lifetime};
  return security::sign_token(caller, settings_.tokens, keys_.signing());
}

}  // namespace pms::auth
