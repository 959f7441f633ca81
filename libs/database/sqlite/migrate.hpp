// Brings a file's schema up to date.
#pragma once

#include <span>

#include "core/result.hpp"
#include "database/migration.hpp"
#include "database/sqlite/connection.hpp"

namespace pms::database::sqlite {

/// Runs what the table schema_migration does not have yet, each in a transaction of its own.
/// Several processes may do it at once: each looks again under the write lock. Errors: see
/// Database::migrate.
core::Result<> migrate(Connection&, std::span<const Migration>);

}  // namespace pms::database::sqlite
