#include "runtime/storage.hpp"

namespace pms::runtime {

config::Check<std::string> database_url() {
  return {[](const std::string& url) { return database::is_served(url); }, std::string(database::served_urls)};
}

config::Check<std::string> event_log_url() {
  return {[](const std::string& url) { return messaging::is_served(url); }, std::string(messaging::served_urls)};
}

core::Result<std::unique_ptr<database::Database>> open_database(const std::string& url, std::string_view service,
                                                                std::span<const database::Migration> migrations) {
  auto database = database::open(url, {.service = std::string(service)});
  if (!database) return database;
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
  if (!log) return std::unexpected(std::move(failure));
  auto ensured = runtime.wait(log->ensure_topic(std::string(topic), messaging::TopicSettings()));
  if (!ensured) return std::unexpected(std::move(ensured.error()));
  return log;
}

}  // namespace pms::runtime
