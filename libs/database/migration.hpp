// One step of a schema's history. Files: V<number>__<name>.<engine>.sql in the service's migrations/, embedded at
// build.
// Name every CHECK constraint: a violation tells the name. Make none DEFERRABLE: it would fail at the COMMIT that
// SQLite makes for many batches together.
#pragma once

#include <string_view>

namespace pms::database {

struct Migration {
  int number = 0;  ///< from 1, without gaps
  std::string_view name;
  std::string_view sqlite;
  std::string_view postgresql;  ///< empty until that engine is there
};

}  // namespace pms::database
