#include "app.hpp"

#include <cstddef>
#include <expected>
#include <fmt/format.h>
#include <string>
#include <string_view>
#include <vector>

#include "application/change_password.hpp"
#include "application/end_session.hpp"
#include "application/login.hpp"
#include "application/logout.hpp"
#include "application/password_guesses.hpp"
#include "application/periodic.hpp"
#include "application/refresh.hpp"
#include "application/revocation_reader.hpp"
#include "application/signing_keys.hpp"
#include "application/token_issuer.hpp"
#include "application/user_administration.hpp"
#include "auth_document.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "http/server.hpp"
#include "migrations.hpp"
#include "pages/documents.hpp"
#include "rest/router.hpp"
#include "routes/session_routes.hpp"
#include "routes/user_routes.hpp"
#include "routes/verifier_routes.hpp"
#include "runtime/management.hpp"
#include "runtime/storage.hpp"
#include "storage/sql_failed_logins.hpp"
#include "storage/sql_keys.hpp"
#include "storage/sql_revocations.hpp"
#include "storage/sql_sessions.hpp"
#include "storage/sql_users.hpp"
#include "telemetry/log.hpp"

namespace pms::auth {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_body_bytes = 16 * 1024;
constexpr auto keys_pause = 1h;
constexpr auto revocations_pause = 2s;
constexpr auto background_deadline = 10s;

http::ServerSettings server_settings(const Config& config) {
  http::ServerSettings settings = config.listen.for_clients(App::program);
  settings.max_body_bytes = max_body_bytes;
  return settings;
}

security::TokenSettings token_settings(const Config& config) {
  return {.issuer = config.tokens.issuer, .audience = config.tokens.audience};
}

void report(std::string_view what, const core::Result<>& done) {
  if (done) return;
  telemetry::log(telemetry::Level::error, App::program, what, {{"reason", std::string_view(done.error().message)}});
}

/// What stands on the storage, from the inside out.
struct Rooms {
  Rooms(std::unique_ptr<database::Database> opened, const Config& config, runtime::Runtime& runtime,
        security::PasswordHasher& hasher, security::TokenVerifier& verifier)
      : database(std::move(opened)),
        users(*database),
        sessions(*database),
        failed_logins(*database),
        stored_keys(*database),
        revocations(*database),
        clock(runtime.clock()),
        keys(stored_keys, config.keys_secret.value, clock, verifier),
        issuer(keys, runtime.ids(), token_settings(config), config.token_lifetime),
        guesses(failed_logins, clock),
        login(users, sessions, guesses, hasher, issuer, clock, runtime.ids(), config.refresh_lifetime),
        end_session(sessions, clock, verifier.revocations()),
        refresh(sessions, end_session, issuer, clock),
        logout(sessions, end_session),
        change_password(users, guesses, hasher, clock, verifier.revocations()),
        administration(users, hasher, clock, runtime.ids(), verifier.revocations()),
        revocation_reader(revocations, clock, verifier.revocations()),
        housekeeping(runtime.background(), keys_pause, [this] { return keep_house(); }),
        revocation_polling(runtime.background(), revocations_pause, [this] { return read_revocations(); }) {}

  core::Task<core::Result<>> prepare() {
    auto deadline = core::Deadline::after(background_deadline);
    if (auto done = co_await keys.refresh(deadline); !done) co_return done;
    co_return co_await revocation_reader.read(deadline);
  }
  core::Task<void> keep_house() {
    auto deadline = core::Deadline::after(background_deadline);
    report("the signing keys could not be refreshed", co_await keys.refresh(deadline));
    report("expired sessions could not be removed", co_await sessions.remove_expired(clock.now(), deadline));
    report("old failed logins could not be removed",
           co_await failed_logins.remove_before(clock.now() - failures_remembered_for, deadline));
    report("expired revocations could not be removed", co_await revocations.remove_expired(clock.now(), deadline));
  }
  core::Task<void> read_revocations() {
    auto deadline = core::Deadline::after(background_deadline);
    report("the revocations could not be read", co_await revocation_reader.read(deadline));
  }

  std::unique_ptr<database::Database> database;
  SqlUsers users;
  SqlSessions sessions;
  SqlFailedLogins failed_logins;
  SqlKeys stored_keys;
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
  Periodic housekeeping;
  Periodic revocation_polling;
};

}  // namespace

struct App::Parts {
  Parts(const Config& service_config, runtime::Runtime& process)
      : config(service_config),
        runtime(process),
        verifier(token_settings(config), runtime.clock()),
        hasher(config.password),
        api(std::string(program), &verifier),
        server(server_settings(config), runtime.io(), api),
        management(std::string(program), config.listen, runtime, [this] { return ready(); }) {}

  core::Task<core::Result<>> ready() {
    if (!rooms) co_return core::fail(core::Errc::unavailable, "the database is not open yet");
    co_return co_await rooms->database->ready(core::Deadline::after(1s));
  }

  const Config config;
  runtime::Runtime& runtime;
  security::TokenVerifier verifier;
  security::PasswordHasher hasher;
  std::unique_ptr<Rooms> rooms;  // from open() on; outlives the servers
  rest::Router api;
  http::Server server;
  runtime::Management management;
};

App::App(const Config& config, runtime::Runtime& runtime) : parts_(std::make_unique<Parts>(config, runtime)) {}
App::~App() = default;

core::Result<> App::bind() {
  if (auto bound = parts_->server.bind(); !bound) return bound;
  return parts_->management.bind();
}

core::Result<> App::open() {
  auto database = runtime::open_database(parts_->config.database_url, program, migrations());
  if (!database) return std::unexpected(std::move(database.error()));
  parts_->rooms =
      std::make_unique<Rooms>(std::move(*database), parts_->config, parts_->runtime, parts_->hasher, parts_->verifier);
  Rooms& rooms = *parts_->rooms;
  mount_sessions(parts_->api, {.login = rooms.login, .refresh = rooms.refresh, .logout = rooms.logout});
  mount_users(parts_->api,
              {.users = rooms.users, .change_password = rooms.change_password, .administration = rooms.administration});
  mount_keys(parts_->api, rooms.keys);
  pages::mount_documents(parts_->api, auth_document());
  mount_revocations(parts_->management.router(), rooms.revocations, rooms.clock);
  return parts_->runtime.wait(rooms.prepare());
}

void App::start() {
  parts_->rooms->housekeeping.start();
  parts_->rooms->revocation_polling.start();
  parts_->management.start();
  parts_->server.start();
}

core::Task<core::Result<>> App::ready() { return parts_->ready(); }

core::Task<void> App::drain(core::Deadline deadline) {
  co_await parts_->server.drain(deadline);
  parts_->rooms->revocation_polling.stop();
  parts_->rooms->housekeeping.stop();
  co_await parts_->management.drain(deadline);
}

std::vector<std::string> App::listening() const {
  const runtime::ListenSettings& listen = parts_->config.listen;
  return {fmt::format("http {}:{}", listen.host, parts_->server.port()),
          fmt::format("management {}:{}", listen.management_host, parts_->management.port())};
}

const std::vector<rest::Route>& App::routes() const { return parts_->api.routes(); }
const std::vector<rest::Route>& App::management_routes() const { return parts_->management.router().routes(); }

}  // namespace pms::auth
