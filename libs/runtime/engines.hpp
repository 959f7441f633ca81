// The engines of this build. A URL's scheme names one: sqlite:var/patient.db, embedded:var/events.db. Only engines.cpp
// names drivers; everything else uses the ports (database/database.hpp, messaging/event_log.hpp).
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "config/schema.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "messaging/event_log.hpp"

namespace pms::runtime {

/// Checks of the properties that name a database or an event log.
config::Check<std::string> database_url();
config::Check<std::string> event_log_url();

/// Opens a database, and creates what is missing. Blocks. Errors (`invalid` for a URL that no engine serves, else
/// `unavailable`) are one sentence for the operator.
core::Result<std::unique_ptr<database::Database>> open_database(std::string_view url, database::Options);
/// Whether there is a database already at a URL that is served.
bool database_exists(std::string_view url);

/// The same for an event log. Several processes may open one; one object per log and process.
core::Result<std::unique_ptr<messaging::EventLog>> open_event_log(std::string_view url);
bool event_log_exists(std::string_view url);

}  // namespace pms::runtime
