// One step of a schema's history. The files V<number>__<name>.<engine>.sql in the service's
// migrations/ are embedded at build time.
//
// Name every CHECK constraint: a violation reports the name. Do not make constraints DEFERRABLE:
// they would fail at the COMMIT that SQLite runs for many batches together.
#pragma once

#include <string_view>

namespace pms::database {

struct Migration {
  int number = 0;  ///< from 1, without gaps
  std::string_view name;
  std::string_view sqlite;
  std::string_view postgresql;  ///< empty until that engine exists
};

}  // namespace pms::database
