#include <fmt/format.h>

#include "database/database.hpp"
#include "database/sqlite/sqlite_database.hpp"

namespace pms::database {

core::Result<std::unique_ptr<Database>> open(std::string_view url, Options options) {
  constexpr std::string_view sqlite_scheme = "sqlite:";
  const std::string_view path = url.starts_with(sqlite_scheme) ? url.substr(sqlite_scheme.size()) : "";
  // A database in memory would be another one for each connection.
  if (path.empty() || path == ":memory:")
    return core::fail(core::Errc::invalid,
                      fmt::format("no database can be opened by \"{}\": write sqlite: and the path of a file, as "
                                  "sqlite:var/patient.db",
                                  url));
  return sqlite::open(path, options);
}

}  // namespace pms::database
