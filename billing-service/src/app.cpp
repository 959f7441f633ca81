#include "app.hpp"

#include <chrono>
#include <expected>
#include <fmt/format.h>
#include <span>
#include <string>
#include <vector>

#include "application/apply_patient_event.hpp"
#include "billing_document.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"
#include "events/patient_events.hpp"
#include "grpc/accounts_service.hpp"
#include "grpc/legacy_service.hpp"
#include "http/server.hpp"
#include "messaging/consumer.hpp"
#include "migrations.hpp"
#include "pages/documents.hpp"
#include "rest/router.hpp"
#include "routes/account_routes.hpp"
#include "rpc/server.hpp"
#include "runtime/management.hpp"
#include "runtime/storage.hpp"
#include "runtime/tokens.hpp"
#include "storage/batched_account_changes.hpp"
#include "storage/sql_accounts.hpp"

namespace pms::billing {
namespace {

rpc::ServerSettings grpc_settings(const Config& config) { return {.host = config.grpc_host, .port = config.grpc_port}; }

messaging::ConsumerSettings consumer_settings() {
  messaging::ConsumerSettings settings;
  settings.service = App::program;
  settings.group = App::program;
  settings.topic = patient_topic;
  return settings;
}

/// What an event does and how far events were read are one commit.
messaging::Apply applier(const ApplyPatientEvent& apply) {
  return [&apply](const messaging::StoredRecord& stored, database::Batch& batch) {
    BatchedAccountChanges changes(batch);
    return handle_patient_event(stored.record.value, apply, changes);
  };
}

/// What stands on the storage, from the inside out.
struct Rooms {
  Rooms(std::unique_ptr<database::Database> opened, std::shared_ptr<messaging::EventLog> shared_log,
        const Config& config, runtime::Runtime& runtime, const security::TokenVerifier& tokens, rpc::Calls& calls)
      : database(std::move(opened)),
        log(std::move(shared_log)),
        accounts(*database),
        create(accounts, runtime.ids(), runtime.clock()),
        find(accounts),
        close(accounts, runtime.clock()),
        apply(runtime.ids(), runtime.clock()),
        accounts_service(calls, tokens, {create, find, close}),
        legacy_service(calls, create, config.legacy_from_anywhere),
        consumer(runtime.background(), *database, *log, consumer_settings(), applier(apply)) {}

  std::unique_ptr<database::Database> database;
  std::shared_ptr<messaging::EventLog> log;  // shared with the other services of the process
  SqlAccounts accounts;
  CreateAccount create;
  FindAccounts find;
  CloseAccount close;
  ApplyPatientEvent apply;
  AccountsService accounts_service;
  LegacyService legacy_service;
  messaging::Consumer consumer;
};

}  // namespace

struct App::Parts {
  Parts(const Config& service_config, runtime::Runtime& process)
      : config(service_config),
        runtime(process),
        tokens(std::string(program), config.tokens, runtime),
        calls(std::string(program), runtime.io()),
        grpc_server(grpc_settings(config), runtime.background(), calls),
        api(std::string(program), &tokens.verifier()),
        http_server(config.listen.for_clients(program), runtime.io(), api),
        management(std::string(program), config.listen, runtime, [this] { return ready(); }) {}

  core::Task<core::Result<>> ready() {
    if (!rooms) co_return core::fail(core::Errc::unavailable, "the database is not open yet");
    co_return co_await rooms->database->ready(core::Deadline::after(std::chrono::seconds(1)));
  }

  const Config config;
  runtime::Runtime& runtime;
  runtime::Tokens tokens;
  rpc::Calls calls;
  std::unique_ptr<Rooms> rooms;  // from open() on; outlives the servers
  rpc::Server grpc_server;
  rest::Router api;
  http::Server http_server;
  runtime::Management management;
};

App::App(const Config& config, runtime::Runtime& runtime) : parts_(std::make_unique<Parts>(config, runtime)) {}
App::~App() = default;

core::Result<> App::bind() {
  if (auto bound = parts_->http_server.bind(); !bound) return bound;
  if (auto bound = parts_->grpc_server.bind(); !bound) return bound;
  return parts_->management.bind();
}

core::Result<> App::open() {
  auto database = runtime::open_database(parts_->config.database_url, program, migrations());
  if (!database) return std::unexpected(std::move(database.error()));
  auto log = runtime::open_event_log(parts_->config.events_url, patient_topic, parts_->runtime);
  if (!log) return std::unexpected(std::move(log.error()));
  parts_->rooms = std::make_unique<Rooms>(std::move(*database), std::move(*log), parts_->config, parts_->runtime,
                                          parts_->tokens.verifier(), parts_->calls);
  Rooms& rooms = *parts_->rooms;
  pages::mount_documents(parts_->api, billing_document());
  mount_accounts(parts_->api, rooms.find);
  return parts_->grpc_server.mount({{::billing::v1::BillingService::service_full_name(), &rooms.accounts_service},
                                    {::BillingService::service_full_name(), &rooms.legacy_service}});
}

void App::start() {
  parts_->tokens.start();
  parts_->rooms->consumer.start();
  parts_->management.start();
  parts_->http_server.start();
  parts_->grpc_server.start();
}

core::Task<core::Result<>> App::ready() { return parts_->ready(); }

core::Task<void> App::drain(core::Deadline deadline) {
  co_await parts_->grpc_server.drain(deadline);
  co_await parts_->http_server.drain(deadline);
  co_await parts_->rooms->consumer.stop();
  parts_->tokens.stop();
  co_await parts_->management.drain(deadline);
}

std::vector<std::string> App::listening() const {
  const Config& config = parts_->config;
  return {fmt::format("http {}:{}", config.listen.host, parts_->http_server.port()),
          fmt::format("grpc {}:{}", config.grpc_host, parts_->grpc_server.port()),
          fmt::format("management {}:{}", config.listen.management_host, parts_->management.port())};
}

const std::vector<rest::Route>& App::routes() const { return parts_->api.routes(); }
std::span<const rpc::MethodAccess> App::grpc_methods() { return account_methods(); }
const std::vector<rest::Route>& App::management_routes() const { return parts_->management.router().routes(); }

}  // namespace pms::billing
