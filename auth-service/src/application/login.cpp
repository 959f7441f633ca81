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

Login::Login(Users& users, Sessions& sessions, security::PasswordHasher& hasher, const TokenIssuer& issuer,
             const core::Clock& clock, core::IdGenerator& ids, std::chrono::milliseconds session_lifetime)
    : users_(users),
      sessions_(sessions),
      hasher_(hasher),
      issuer_(issuer),
      clock_(clock),
      ids_(ids),
      session_lifetime_(session_lifetime) {}

core::Task<core::Result<TokenPair>> Login::operator()(Credentials credentials, Deadline deadline) {
  auto user = co_await authenticate(std::move(credentials), deadline);
  if (!user) co_return std::unexpected(user.error());

  core::Timestamp now = clock_.now();
  Session session{.id = ids_.next(), .user_id = user->id, .created_at = now, .expires_at = now + session_lifetime_};
  std::string refresh_token = new_refresh_token();
  RefreshToken stored{.hash = hash_refresh_token(refresh_token), .session_id = session.id, .issued_at = now};
  if (auto begun = co_await sessions_.begin(session, std::move(stored), deadline); !begun)
    co_return std::unexpected(begun.error());
  co_return issuer_.issue(*user, session, std::move(refresh_token), now);
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

}  // namespace pms::auth
