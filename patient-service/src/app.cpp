#include "app.hpp"

#include <chrono>
#include <expected>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "application/create_patient.hpp"
#include "application/delete_patient.hpp"
#include "application/list_patients.hpp"
#include "application/update_patient.hpp"
#include "clients/grpc_billing_accounts.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"
#include "events/patient_events.hpp"
#include "http/server.hpp"
#include "messaging/outbox.hpp"
#include "migrations.hpp"
#include "pages/documents.hpp"
#include "patients_document.hpp"
#include "rest/router.hpp"
#include "routes/patient_routes.hpp"
#include "runtime/management.hpp"
#include "runtime/storage.hpp"
#include "runtime/tokens.hpp"
#include "storage/idempotency_sweeper.hpp"
#include "storage/sql_patients.hpp"

namespace pms::patient {
namespace {

/// What stands on the storage, from the inside out.
struct Rooms {
  Rooms(std::unique_ptr<database::Database> opened, std::shared_ptr<messaging::EventLog> shared_log,
        core::TimeZone zone, const Config& config, runtime::Runtime& runtime)
      : database(std::move(opened)),
        log(std::move(shared_log)),
        clinic(runtime.clock(), std::move(zone)),
        relay(runtime.background(), *database, *log, patient_events()),
        sweeper(runtime.background(), *database, runtime.clock()),
        patients(*database, [this] { relay.wake(); }),
        billing(config.billing_address, config.billing_deadline, runtime.clock()),
        create(patients, billing, clinic, runtime.ids()),
        list(patients),
        update(patients, clinic, runtime.ids()),
        remove(patients, clinic, runtime.ids()) {}

  std::unique_ptr<database::Database> database;
  std::shared_ptr<messaging::EventLog> log;  // shared with the other services of the process
  clinic::Calendar clinic;
  messaging::OutboxRelay relay;
  IdempotencySweeper sweeper;
  SqlPatients patients;
  GrpcBillingAccounts billing;
  CreatePatient create;
  ListPatients list;
  UpdatePatient update;
  DeletePatient remove;
};

}  // namespace

struct App::Parts {
  Parts(const Config& service_config, runtime::Runtime& process)
      : config(service_config),
        runtime(process),
        tokens(std::string(program), config.tokens, runtime),
        api(std::string(program), &tokens.verifier()),
        server(config.listen.for_clients(program), runtime.io(), api),
        management(std::string(program), config.listen, runtime, [this] { return ready(); }) {}

  core::Task<core::Result<>> ready() {
    if (!rooms) co_return core::fail(core::Errc::unavailable, "the database is not open yet");
    co_return co_await rooms->database->ready(core::Deadline::after(std::chrono::seconds(1)));
  }

  const Config config;
  runtime::Runtime& runtime;
  runtime::Tokens tokens;
  std::unique_ptr<Rooms> rooms;  // from open() on
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
  auto zone = core::TimeZone::load(parts_->config.time_zone);
  if (!zone) return std::unexpected(std::move(zone.error()));
  auto database = runtime::open_database(parts_->config.database_url, program, migrations());
  if (!database) return std::unexpected(std::move(database.error()));
  auto log = runtime::open_event_log(parts_->config.events_url, patient_topic, parts_->runtime);
  if (!log) return std::unexpected(std::move(log.error()));
  parts_->rooms =
      std::make_unique<Rooms>(std::move(*database), std::move(*log), std::move(*zone), parts_->config, parts_->runtime);
  Rooms& rooms = *parts_->rooms;
  pages::mount_documents(parts_->api, patients_document());
  mount_patients(parts_->api, {rooms.create, rooms.patients, rooms.list, rooms.update, rooms.remove, rooms.clinic});
  return {};
}

void App::start() {
  parts_->tokens.start();
  parts_->rooms->relay.start();
  parts_->rooms->sweeper.start();
  parts_->management.start();
  parts_->server.start();
}

core::Task<core::Result<>> App::ready() { return parts_->ready(); }

core::Task<void> App::drain(core::Deadline deadline) {
  co_await parts_->server.drain(deadline);
  co_await parts_->rooms->sweeper.stop();
  co_await parts_->rooms->relay.stop(deadline);
  parts_->tokens.stop();
  co_await parts_->management.drain(deadline);
}

std::vector<std::string> App::listening() const {
  const auto& listen = parts_->config.listen;
  return {fmt::format("http {}:{}", listen.host, parts_->server.port()),
          fmt::format("management {}:{}", listen.management_host, parts_->management.port())};
}

const std::vector<rest::Route>& App::routes() const { return parts_->api.routes(); }
const std::vector<rest::Route>& App::management_routes() const { return parts_->management.router().routes(); }

}  // namespace pms::patient
