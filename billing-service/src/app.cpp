#include "app.hpp"

#include <fmt/format.h>
#include <utility>

#include "application/apply_patient_event.hpp"
#include "billing_document.hpp"
#include "events/patient_events.hpp"
#include "grpc/accounts_service.hpp"
#include "grpc/legacy_service.hpp"
#include "messaging/consumer.hpp"
#include "migrations.hpp"
#include "pages/documents.hpp"
#include "routes/account_routes.hpp"
#include "storage/batched_account_changes.hpp"
#include "storage/sql_accounts.hpp"

namespace pms::billing {
namespace {

/// Adds the effects of an event to the batch that also stores the consumer's position, so that both
/// are committed together.
messaging::Apply applier(const ApplyPatientEvent& apply) {
  return [&apply](const messaging::StoredRecord& stored, database::Batch& batch) {
    BatchedAccountChanges changes(batch);
    return handle_patient_event(stored.record.value, apply, changes);
  };
}

messaging::ConsumerSettings consumer_settings() {
  const std::string name(App::program);
  return {.service = name, .group = name, .topic = std::string(patient_topic)};
}

}  // namespace

/// Contains the parts of the service in the order of their dependencies: each part uses only
/// earlier ones.
struct App::Components {
  explicit Components(App& app)
      : accounts(app.database()),
        create(accounts, app.runtime().ids(), app.runtime().clock()),
        find(accounts),
        close(accounts, app.runtime().clock()),
        apply(app.runtime().ids(), app.runtime().clock()),
        accounts_service(app.calls_, app.verifier(), {create, find, close}),
        legacy_service(app.calls_, create, app.config_.legacy_from_anywhere),
        consumer(app.tasks(), app.database(), app.event_log(), consumer_settings(), applier(apply)) {}

  SqlAccounts accounts;
  CreateAccount create;
  FindAccounts find;
  CloseAccount close;
  ApplyPatientEvent apply;
  AccountsService accounts_service;
  LegacyService legacy_service;
  messaging::Consumer consumer;
};

App::App(const Config& config, runtime::Runtime& runtime)
    : HttpService(runtime, config.listen.for_clients(program), config.listen, config.tokens),
      config_(config),
      calls_(std::string(program), runtime.io()),
      grpc_server_({.host = config.grpc_host, .port = config.grpc_port}, runtime.background(), calls_) {}
App::~App() = default;

core::Result<> App::bind() {
  if (auto bound = HttpService::bind(); !bound) return bound;
  return grpc_server_.bind();
}

core::Result<> App::open() {
  if (auto opened = open_database(config_.database_url, migrations()); !opened) return opened;
  if (auto opened = open_event_log(config_.events, patient_topic); !opened) return opened;
  components_ = std::make_unique<Components>(*this);
  add_work("consumer", components_->consumer);
  pages::mount_documents(router(), billing_document());
  mount_accounts(router(), components_->find);
  return grpc_server_.mount({{::billing::v1::BillingService::service_full_name(), &components_->accounts_service},
                             {::BillingService::service_full_name(), &components_->legacy_service}});
}

void App::start() {
  HttpService::start();
  grpc_server_.start();
}

core::Task<void> App::drain_clients(core::Deadline deadline) {
  co_await drain_part("gRPC calls", grpc_server_.drain(deadline), deadline);
  co_await HttpService::drain_clients(deadline);
}

std::vector<std::string> App::listening() const {
  auto listeners = HttpService::listening();
  listeners.insert(listeners.begin() + 1, fmt::format("grpc {}:{}", config_.grpc_host, grpc_server_.port()));
  return listeners;
}

std::span<const rpc::MethodAccess> App::grpc_methods() { return account_methods(); }

}  // namespace pms::billing
