#include <filesystem>
#include <fmt/format.h>

#include "database/database.hpp"
#include "database/sqlite/sqlite_database.hpp"

namespace pms::database {
namespace {

constexpr std::string_view sqlite_scheme = "sqlite:";

/// Empty when the URL is not one of SQLite's.
std::string_view sqlite_path(std::string_view url) {
  const std::string_view path = url.starts_with(sqlite_scheme) ? url.substr(sqlite_scheme.size()) : "";
  // A database in memory would be another one for each connection.
  return path == ":memory:" ? "" : path;
}

}  // namespace

bool is_served(std::string_view url) { return !sqlite_path(url).empty(); }

bool exists(std::string_view url) {
  std::error_code unreadable;
  return is_served(url) && std::filesystem::exists(sqlite_path(url), unreadable);
}

core::Result<std::unique_ptr<Database>> open(std::string_view url, Options options) {
  if (!is_served(url))
    return core::fail(core::Errc::invalid,
                      fmt::format("no database can be opened by \"{}\": write {}", url, served_urls));
  return sqlite::open(sqlite_path(url), options);
}

}  // namespace pms::database
