#include "runtime/engines.hpp"

#include <filesystem>
#include <fmt/format.h>
#include <system_error>

#include "database/sqlite/sqlite_database.hpp"
#include "messaging/embedded/embedded_log.hpp"

namespace pms::runtime {
namespace {

/// One engine of a port, such as a database.
template <class Port, class... Options>
struct Engine {
  std::string_view scheme;   ///< the URL scheme, including its colon
  std::string_view example;  ///< a description of the URLs it serves, for messages
  bool (*serves)(std::string_view rest);
  bool (*exists)(std::string_view rest);
  core::Result<std::unique_ptr<Port>> (*open)(std::string_view rest, Options...);
};

bool file_exists(std::string_view path) {
  std::error_code unreadable;
  return std::filesystem::exists(path, unreadable);
}

constexpr Engine<database::Database, database::Options> databases[] = {
    {.scheme = "sqlite:",
     .example = "sqlite: and the path of a file, e.g. sqlite:var/auth.db",
     // A database in memory would be another one for each connection.
     .serves = [](std::string_view path) { return !path.empty() && path != ":memory:"; },
     .exists = file_exists,
     .open = [](std::string_view path, database::Options options) { return database::sqlite::open(path, options); }}};

constexpr Engine<messaging::EventLog, messaging::EventLogOptions> event_logs[] = {
    {.scheme = "embedded:",
     .example = "embedded: and the path of a file, e.g. embedded:var/events.db",
     .serves = [](std::string_view path) { return !path.empty(); },
     .exists = file_exists,
     .open = [](std::string_view path,
                messaging::EventLogOptions options) { return messaging::embedded::open(path, {.log = options}); }}};

/// Returns the engine of a URL, or null.
template <class Engines>
auto* engine_of(const Engines& engines, std::string_view url) {
  for (const auto& engine : engines)
    if (url.starts_with(engine.scheme) && engine.serves(url.substr(engine.scheme.size()))) return &engine;
  return static_cast<decltype(&engines[0])>(nullptr);
}

template <class Engines>
std::string examples_of(const Engines& engines) {
  std::string examples;
  for (const auto& engine : engines) examples.append(examples.empty() ? "" : ", or ").append(engine.example);
  return examples;
}

template <class Engines>
config::Check<std::string> check_of(const Engines& engines) {
  return {[&engines](const std::string& url) { return engine_of(engines, url) != nullptr; }, examples_of(engines)};
}

template <class Engines>
bool exists(const Engines& engines, std::string_view url) {
  const auto* engine = engine_of(engines, url);
  return engine != nullptr && engine->exists(url.substr(engine->scheme.size()));
}

}  // namespace

config::Check<std::string> database_url() { return check_of(databases); }
config::Check<std::string> event_log_url() { return check_of(event_logs); }

core::Result<std::unique_ptr<database::Database>> open_database(std::string_view url, database::Options options) {
  if (const auto* engine = engine_of(databases, url))
    return engine->open(url.substr(engine->scheme.size()), std::move(options));
  return core::fail(core::Errc::invalid,
                    fmt::format("no engine serves the database URL \"{}\": use {}", url, examples_of(databases)));
}

core::Result<std::unique_ptr<messaging::EventLog>> open_event_log(std::string_view url,
                                                                  messaging::EventLogOptions options) {
  if (const auto* engine = engine_of(event_logs, url)) return engine->open(url.substr(engine->scheme.size()), options);
  return core::fail(core::Errc::invalid,
                    fmt::format("no engine serves the event log URL \"{}\": use {}", url, examples_of(event_logs)));
}

bool database_exists(std::string_view url) { return exists(databases, url); }
bool event_log_exists(std::string_view url) { return exists(event_logs, url); }

}  // namespace pms::runtime
