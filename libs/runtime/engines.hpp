// The engines of this build. A URL's scheme selects one: sqlite:var/patient.db,
// embedded:var/events.db. Only engines.cpp names drivers; all other code uses the ports
// (database/database.hpp, messaging/event_log.hpp).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "config/schema.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "messaging/event_log.hpp"

namespace pms::runtime {

/// Check properties that name a database or an event log.
config::Check<std::string> database_url();
config::Check<std::string> event_log_url();

/// Opens a database, and creates it if it does not exist. Blocks. Errors (`invalid` for a URL that
/// no engine serves, otherwise `unavailable`) are one sentence for the operator.
core::Result<std::unique_ptr<database::Database>> open_database(std::string_view url, database::Options);
/// Returns whether a database already exists at a URL that an engine serves.
bool database_exists(std::string_view url);

/// Opens an event log, and creates it if it does not exist. Blocks. Several processes may open the
/// same log, but each process uses one object per log. Errors are those of open_database().
core::Result<std::unique_ptr<messaging::EventLog>> open_event_log(std::string_view url,
                                                                  messaging::EventLogOptions = {});
bool event_log_exists(std::string_view url);

}  // namespace pms::runtime
