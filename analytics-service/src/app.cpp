#include "app.hpp"

#include <chrono>
#include <expected>
#include <fmt/format.h>
#include <string>
#include <vector>

#include "analytics_document.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"
#include "events/patient_changes.hpp"
#include "http/server.hpp"
#include "messaging/consumer.hpp"
#include "migrations.hpp"
#include "pages/documents.hpp"
#include "rest/router.hpp"
#include "routes/registrations_routes.hpp"
#include "routes/summary_routes.hpp"
#include "runtime/management.hpp"
#include "runtime/storage.hpp"
#include "runtime/tokens.hpp"
#include "storage/counts.hpp"

namespace pms::analytics {
namespace {

core::Result<> count(const messaging::StoredRecord& record, database::Batch& batch) {
  const auto change = read_change(record);
  if (!change) return std::unexpected(change.error());
  count_change(*change, batch);
  return {};
}

messaging::ConsumerSettings consumer_settings() {
  messaging::ConsumerSettings settings;
  settings.service = App::program;
  settings.group = consumer_group;
  settings.topic = patient_topic;
  return settings;
}

/// What stands on the storage.
struct Rooms {
  Rooms(std::unique_ptr<database::Database> opened, std::shared_ptr<messaging::EventLog> shared_log,
        runtime::Runtime& runtime)
      : database(std::move(opened)),
        log(std::move(shared_log)),
        consumer(runtime.background(), *database, *log, consumer_settings(), count) {}

  std::unique_ptr<database::Database> database;
  std::shared_ptr<messaging::EventLog> log;  // shared with the other services of the process
  messaging::Consumer consumer;
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
  parts_->rooms = std::make_unique<Rooms>(std::move(*database), std::move(*log), parts_->runtime);
  pages::mount_documents(parts_->api, analytics_document());
  mount_summary(parts_->api, *parts_->rooms->database);
  mount_registrations(
      parts_->api, *parts_->rooms->database,
      [zone = std::move(*zone), &clock = parts_->runtime.clock()] { return zone.date_of(clock.now()); });
  return {};
}

void App::start() {
  parts_->tokens.start();
  parts_->rooms->consumer.start();
  parts_->management.start();
  parts_->server.start();
}

core::Task<core::Result<>> App::ready() { return parts_->ready(); }

core::Task<void> App::drain(core::Deadline deadline) {
  co_await parts_->server.drain(deadline);
  co_await parts_->rooms->consumer.stop(deadline);
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

}  // namespace pms::analytics
