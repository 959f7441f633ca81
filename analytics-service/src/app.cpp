#include "app.hpp"

#include <expected>
#include <utility>

#include "analytics_document.hpp"
#include "core/time.hpp"
#include "events/patient_changes.hpp"
#include "messaging/consumer.hpp"
#include "migrations.hpp"
#include "pages/documents.hpp"
#include "routes/registrations_routes.hpp"
#include "routes/summary_routes.hpp"
#include "storage/counts.hpp"

namespace pms::analytics {
namespace {

core::Result<> count(const messaging::StoredRecord& record, database::Batch& batch) {
  const auto change = read_change(record);
  if (!change) return std::unexpected(change.error());
  count_change(*change, batch);
  return {};
}

}  // namespace

struct App::Components {
  Components(core::TaskHost tasks, database::Database& database, messaging::EventLog& log)
      : consumer(std::move(tasks), database, log,
                 {.service = std::string(program),
                  .group = std::string(consumer_group),
                  .topic = std::string(patient_topic)},
                 count) {}

  messaging::Consumer consumer;
};

App::App(const Config& config, runtime::Runtime& runtime)
    : HttpService(runtime, config.listen.for_clients(program), config.listen, config.tokens), config_(config) {}

core::Result<> App::open() {
  auto zone = core::TimeZone::load(config_.time_zone);
  if (!zone) return std::unexpected(std::move(zone.error()));
  if (auto opened = open_database(config_.database_url, migrations()); !opened) return opened;
  if (auto opened = open_event_log(config_.events, patient_topic); !opened) return opened;
  components_ = std::make_unique<Components>(tasks(), database(), event_log());
  add_work("consumer", components_->consumer);
  pages::mount_documents(router(), analytics_document());
  mount_summary(router(), database());
  mount_registrations(router(), database(),
                      [zone = std::move(*zone), &clock = runtime().clock()] { return zone.date_of(clock.now()); });
  return {};
}

App::~App() = default;

}  // namespace pms::analytics
