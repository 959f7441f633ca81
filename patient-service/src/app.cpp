#include "app.hpp"

#include <chrono>
#include <expected>
#include <utility>

#include "application/create_patient.hpp"
#include "application/delete_patient.hpp"
#include "application/list_patients.hpp"
#include "application/update_patient.hpp"
#include "clients/grpc_billing_accounts.hpp"
#include "events/patient_events.hpp"
#include "messaging/outbox.hpp"
#include "migrations.hpp"
#include "pages/documents.hpp"
#include "patients_document.hpp"
#include "routes/patient_routes.hpp"
#include "storage/idempotency_keys.hpp"
#include "storage/sql_patients.hpp"

namespace pms::patient {

using namespace std::chrono_literals;

/// From the inside out.
struct App::Components {
  Components(App& app, core::TimeZone zone)
      : clinic(app.runtime().clock(), std::move(zone)),
        relay(app.tasks(), app.database(), app.event_log(), patient_events()),
        patients(app.database(), [this] { relay.wake(); }),
        billing(app.config_.billing_address, app.config_.billing_deadline, app.runtime().clock()),
        create(patients, billing, clinic, app.runtime().ids()),
        list(patients),
        update(patients, clinic, app.runtime().ids()),
        remove(patients, clinic, app.runtime().ids()) {}

  clinic::Calendar clinic;
  messaging::OutboxRelay relay;
  SqlPatients patients;
  GrpcBillingAccounts billing;
  CreatePatient create;
  ListPatients list;
  UpdatePatient update;
  DeletePatient remove;
};

App::App(const Config& config, runtime::Runtime& runtime)
    : HttpService(runtime, config.listen.for_clients(program), config.listen, config.tokens), config_(config) {}
App::~App() = default;

core::Result<> App::open() {
  auto zone = core::TimeZone::load(config_.time_zone);
  if (!zone) return std::unexpected(std::move(zone.error()));
  if (auto opened = open_database(config_.database_url, migrations()); !opened) return opened;
  if (auto opened = open_event_log(config_.events, patient_topic); !opened) return opened;
  components_ = std::make_unique<Components>(*this, std::move(*zone));
  Components& parts = *components_;

  add_work("outbox relay", parts.relay);
  const core::Clock& clock = runtime().clock();
  housekeeping().add("published events", 10min, [this, &clock] {
    return messaging::delete_published(database(), clock.now() - messaging::published_rows_kept_for);
  });
  housekeeping().add("expired idempotency keys", 1h,
                     [this, &clock] { return delete_expired_idempotency_keys(database(), clock.now()); });
  pages::mount_documents(router(), patients_document());
  mount_patients(router(), {parts.create, parts.patients, parts.list, parts.update, parts.remove, parts.clinic});
  return {};
}

}  // namespace pms::patient
