#include "app.hpp"

#include "application/end_session.hpp"
#include "application/login.hpp"
#include "application/logout.hpp"
#include "application/periodic.hpp"
#include "application/refresh.hpp"
#include "application/revocation_reader.hpp"
#include "application/signing_keys.hpp"
#include "application/token_issuer.hpp"
#include "database/database.hpp"
#include "http/router.hpp"
#include "http/routes.hpp"
#include "http/server.hpp"
#include "migrations.hpp"
#include "runtime/management.hpp"
#include "storage/key_store.hpp"
#include "storage/revocations.hpp"
#include "storage/sessions.hpp"
#include "storage/users.hpp"
#include "telemetry/log.hpp"

namespace pms::auth {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t max_body_bytes = 16 * 1024;
constexpr auto keys_pause = 1h;
constexpr auto revocations_pause = 2s;
constexpr auto background_deadline = 10s;

http::ServerSettings server_settings(const Config& config) {
  http::ServerSettings settings;
  settings.service = App::program;
  settings.host = config.listen.host;
  settings.port = config.listen.port;
  settings.max_body_bytes = max_body_bytes;
  return settings;
}

security::TokenSettings token_settings(const Config& config) {
  return {.issuer = config.issuer, .audience = config.audience};
}

void report(std::string_view what, const core::Result<>& done) {
  if (done) return;
  telemetry::log(telemetry::Level::error, App::program, what, {{"reason", std::string_view(done.error().message)}});
}

/// What there is once the database is open.
struct Storage {
  explicit Storage(std::unique_ptr<database::Database> opened) : database(std::move(opened)) {}
  std::unique_ptr<database::Database> database;
  StoredUsers users{*database};
  StoredSessions sessions{*database};
  DatabaseKeyStore keys{*database};
  StoredRevocations revocations{*database};
};

/// What answers and what runs beside, on top of the storage.
struct Application {
  Application(const Config& config, runtime::Runtime& runtime, Storage& stored, security::PasswordHasher& hasher,
              security::TokenVerifier& verifier)
      : storage(stored),
        clock(runtime.clock()),
        keys(stored.keys, config.keys_secret.value, clock, verifier),
        issuer(keys, runtime.ids(), token_settings(config), config.token_lifetime),
        login(stored.users, stored.sessions, hasher, issuer, clock, runtime.ids(), config.refresh_lifetime),
        end_session(stored.sessions, clock, verifier.revocations()),
        refresh(stored.sessions, end_session, issuer, clock),
        logout(stored.sessions, end_session),
        revocation_reader(stored.revocations, clock, verifier.revocations()),
        housekeeping(runtime.background(), keys_pause, [this] { return keep_house(); }),
        revocation_polling(runtime.background(), revocations_pause, [this] { return read_revocations(); }) {}

  core::Task<core::Result<>> prepare() {
    auto deadline = resilience::Deadline::after(background_deadline);
    if (auto done = co_await keys.refresh(deadline); !done) co_return done;
    co_return co_await revocation_reader.read(deadline);
  }
  core::Task<void> keep_house() {
    auto deadline = resilience::Deadline::after(background_deadline);
    report("the signing keys could not be refreshed", co_await keys.refresh(deadline));
    report("expired sessions could not be removed", co_await storage.sessions.remove_expired(clock.now(), deadline));
    report("expired revocations could not be removed",
           co_await storage.revocations.remove_expired(clock.now(), deadline));
  }
  core::Task<void> read_revocations() {
    auto deadline = resilience::Deadline::after(background_deadline);
    report("the revocations could not be read", co_await revocation_reader.read(deadline));
  }

  Storage& storage;
  const core::Clock& clock;
  SigningKeys keys;
  TokenIssuer issuer;
  Login login;
  EndSession end_session;
  Refresh refresh;
  Logout logout;
  RevocationReader revocation_reader;
  Periodic housekeeping;
  Periodic revocation_polling;
};

}  // namespace

struct App::Parts {
  Parts(const Config& given, runtime::Runtime& process)
      : config(given),
        runtime(process),
        verifier(token_settings(given), process.clock()),
        hasher(given.password),
        router(std::string(program), &verifier),
        server(server_settings(given), process.io(), router),
        management(std::string(program), given.listen, process, [this] { return ready(); }) {}

  core::Task<core::Result<>> ready() {
    if (storage == nullptr) co_return core::fail(core::Errc::unavailable, "the database is not open yet");
    co_return co_await storage->database->ready(resilience::Deadline::after(2s));
  }

  const Config config;
  runtime::Runtime& runtime;
  security::TokenVerifier verifier;
  security::PasswordHasher hasher;
  std::unique_ptr<Storage> storage;          // from open() on
  std::unique_ptr<Application> application;  // from open() on
  http::Router router;
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
  auto database = database::open(parts_->config.database_url, {.service = std::string(program)});
  if (!database) return std::unexpected(database.error());
  if (auto migrated = (*database)->migrate(migrations()); !migrated) return migrated;

  parts_->storage = std::make_unique<Storage>(std::move(*database));
  parts_->application = std::make_unique<Application>(parts_->config, parts_->runtime, *parts_->storage, parts_->hasher,
                                                      parts_->verifier);
  Application& application = *parts_->application;
  mount_api(parts_->router, {.login = application.login,
                             .refresh = application.refresh,
                             .logout = application.logout,
                             .users = parts_->storage->users,
                             .keys = application.keys});
  mount_revocations(parts_->management.router(), parts_->storage->revocations, parts_->runtime.clock());
  return parts_->runtime.wait(application.prepare());
}

void App::start() {
  parts_->management.start();
  parts_->server.start();
  parts_->application->housekeeping.start();
  parts_->application->revocation_polling.start();
}

core::Task<core::Result<>> App::ready() { return parts_->ready(); }

core::Task<void> App::drain(resilience::Deadline deadline) {
  co_await parts_->server.drain(deadline);
  parts_->application->revocation_polling.stop();
  parts_->application->housekeeping.stop();
  co_await parts_->management.drain(deadline);
}

std::vector<std::string> App::listening() const {
  const runtime::ListenSettings& listen = parts_->config.listen;
  return {fmt::format("http {}:{}", listen.host, parts_->server.port()),
          fmt::format("management {}:{}", listen.management_host, parts_->management.port())};
}

}  // namespace pms::auth
