#include "app.hpp"

#include <chrono>
#include <cstddef>

#include "application/change_password.hpp"
#include "application/end_session.hpp"
#include "application/login.hpp"
#include "application/logout.hpp"
#include "application/password_guesses.hpp"
#include "application/refresh.hpp"
#include "application/revocation_reader.hpp"
#include "application/signing_keys.hpp"
#include "application/token_issuer.hpp"
#include "application/user_administration.hpp"
#include "auth_document.hpp"
#include "core/background_task.hpp"
#include "core/deadline.hpp"
#include "migrations.hpp"
#include "pages/documents.hpp"
#include "routes/session_routes.hpp"
#include "routes/user_routes.hpp"
#include "routes/verifier_routes.hpp"
#include "storage/sql_failed_logins.hpp"
#include "storage/sql_keys.hpp"
#include "storage/sql_revocations.hpp"
#include "storage/sql_sessions.hpp"
#include "storage/sql_users.hpp"

namespace pms::auth {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_body_bytes = 16 * 1024;

http::ServerSettings server_settings(const Config& config) {
  http::ServerSettings settings = config.listen.for_clients(App::program);
  settings.max_body_bytes = max_body_bytes;
  return settings;
}

core::Deadline background_deadline() { return core::Deadline::after(10s); }

}  // namespace

/// Contains the parts of the service in the order of their dependencies: each part uses only
/// earlier ones.
struct App::Components {
  explicit Components(App& app)
      : users(app.database()),
        sessions(app.database()),
        failed_logins(app.database()),
        key_store(app.database()),
        revocations(app.database()),
        clock(app.runtime().clock()),
        keys(key_store, app.config_.keys_secret.value, clock, app.verifier()),
        issuer(keys, app.runtime().ids(),
               {.issuer = app.config_.tokens.issuer, .audience = app.config_.tokens.audience},
               app.config_.token_lifetime),
        guesses(failed_logins, clock),
        login(users, sessions, guesses, app.hasher_, issuer, clock, app.runtime().ids(), app.config_.refresh_lifetime),
        end_session(sessions, clock, app.verifier().revocations()),
        refresh(sessions, end_session, issuer, clock),
        logout(sessions, end_session),
        change_password(users, guesses, app.hasher_, clock, app.verifier().revocations()),
        administration(users, app.hasher_, clock, app.runtime().ids(), app.verifier().revocations()),
        revocation_reader(revocations, clock, app.verifier().revocations()),
        key_rotation(app.tasks(), "key rotation", 1h, [this] { return keys.refresh(background_deadline()); }),
        revocation_polling(app.tasks(), "revocation poller", 2s,
                           [this] { return revocation_reader.read(background_deadline()); }) {}

  core::Task<core::Result<>> prepare() {
    if (auto done = co_await keys.refresh(background_deadline()); !done) co_return done;
    co_return co_await revocation_reader.read(background_deadline());
  }

  SqlUsers users;
  SqlSessions sessions;
  SqlFailedLogins failed_logins;
  SqlKeys key_store;
  SqlRevocations revocations;
  const core::Clock& clock;
  SigningKeys keys;
  TokenIssuer issuer;
  PasswordGuesses guesses;
  Login login;
  EndSession end_session;
  Refresh refresh;
  Logout logout;
  ChangePassword change_password;
  UserAdministration administration;
  RevocationReader revocation_reader;
  core::BackgroundTask key_rotation;
  core::BackgroundTask revocation_polling;
};

App::App(const Config& config, runtime::Runtime& runtime)
    : HttpService(runtime, server_settings(config), config.listen, config.tokens, Keys::own),
      config_(config),
      hasher_(config.password) {}
App::~App() = default;

core::Result<> App::open() {
  if (auto opened = open_database(config_.database_url, migrations()); !opened) return opened;
  components_ = std::make_unique<Components>(*this);
  Components& parts = *components_;

  add_work("key rotation", parts.key_rotation);
  add_work("revocation poller", parts.revocation_polling);
  housekeeping().add("expired sessions", 1h,
                     [&parts] { return parts.sessions.remove_expired(parts.clock.now(), background_deadline()); });
  housekeeping().add("old failed logins", 1h, [&parts] {
    return parts.failed_logins.remove_before(parts.clock.now() - failures_remembered_for, background_deadline());
  });
  housekeeping().add("expired revocations", 1h,
                     [&parts] { return parts.revocations.remove_expired(parts.clock.now(), background_deadline()); });

  mount_sessions(router(), {.login = parts.login, .refresh = parts.refresh, .logout = parts.logout});
  mount_users(router(),
              {.users = parts.users, .change_password = parts.change_password, .administration = parts.administration});
  mount_keys(router(), parts.keys);
  pages::mount_documents(router(), auth_document());
  mount_revocations(management_router(), parts.revocations, parts.clock);
  return runtime().wait(parts.prepare());
}

}  // namespace pms::auth
