// SQLite's result codes, translated to the port's errors.
#pragma once

#include <sqlite3.h>
#include <string>

#include "core/result.hpp"

namespace pms::database::sqlite {

/// Translates the result `code` of the last call on `connection`. `file` names the database in the
/// sentence. The error contains none of the statement's values.
core::Error translate(sqlite3* connection, int code, const std::string& file);

/// The error for a full queue of the writer or the readers.
core::Error overloaded(const std::string& file);

}  // namespace pms::database::sqlite
