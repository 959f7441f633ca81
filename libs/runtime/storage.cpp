#include "runtime/storage.hpp"

#include <expected>

namespace pms::runtime {

core::Result<std::unique_ptr<database::Database>> open_database(const std::string& url, std::string_view service,
                                                                std::span<const database::Migration> migrations) {
  auto database = open_database(url, database::Options{.service = std::string(service)});
  if (!database) return database;
  if (auto migrated = (*database)->migrate(migrations); !migrated) return std::unexpected(std::move(migrated.error()));
  return database;
}

core::Result<std::shared_ptr<messaging::EventLog>> open_event_log(const EventLogSettings& settings,
                                                                  std::string_view topic, Runtime& runtime) {
  core::Error failure;
  auto log = runtime.shared<messaging::EventLog>(settings.url, [&]() -> std::shared_ptr<messaging::EventLog> {
    auto opened = open_event_log(settings.url, settings.options);
    if (opened) return std::move(*opened);
    failure = std::move(opened.error());
    return nullptr;
  });
  if (!log) return std::unexpected(std::move(failure));
  auto ensured = runtime.wait(log->ensure_topic(std::string(topic), {.retention = settings.retention}));
  if (!ensured) return std::unexpected(std::move(ensured.error()));
  return log;
}

}  // namespace pms::runtime
