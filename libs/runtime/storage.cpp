#include "runtime/storage.hpp"

namespace pms::runtime {
namespace {

/// An address that no engine serves is a mistake in the configuration: says in which property.
std::unexpected<core::Error> failed(core::Error error, std::string_view property) {
  if (error.code == core::Errc::invalid) return core::fail_field(std::string(property), std::move(error.message));
  return std::unexpected(std::move(error));
}

}  // namespace

core::Result<std::unique_ptr<database::Database>> open_database(const std::string& url, std::string_view service,
                                                                std::span<const database::Migration> migrations) {
  auto database = database::open(url, {.service = std::string(service)});
  if (!database) {
    // patient-service reads patient.database.url.
    return failed(std::move(database.error()), fmt::format("{}.database.url", service.substr(0, service.find('-'))));
  }
  if (auto migrated = (*database)->migrate(migrations); !migrated) return std::unexpected(std::move(migrated.error()));
  return database;
}

core::Result<std::shared_ptr<messaging::EventLog>> open_event_log(const std::string& url, std::string_view topic,
                                                                  Runtime& runtime) {
  core::Error failure;
  auto log = runtime.shared<messaging::EventLog>(url, [&]() -> std::shared_ptr<messaging::EventLog> {
    auto opened = messaging::open(url);
    if (opened) return std::move(*opened);
    failure = std::move(opened.error());
    return nullptr;
  });
  if (!log) return failed(std::move(failure), "events.url");
  auto ensured = runtime.wait(log->ensure_topic(std::string(topic), messaging::TopicSettings()));
  if (!ensured) return std::unexpected(std::move(ensured.error()));
  return log;
}

}  // namespace pms::runtime
