// SQLite's result codes in the port's terms.
#pragma once

#include <sqlite3.h>
#include <string>

#include "core/result.hpp"

namespace pms::database::sqlite {

/// What the last call on `connection`, which returned `code`, means. `file` names the database in the sentence. Holds
/// none of the statement's values.
core::Error translate(sqlite3* connection, int code, const std::string& file);

/// The queue of a writer or of readers is full.
core::Error overloaded(const std::string& file);

}  // namespace pms::database::sqlite
