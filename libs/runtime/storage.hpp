// The storage of services, opened at start-up: the database of each service, and the event log that
// the services of a process share.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "config/schema.hpp"
#include "core/result.hpp"
#include "database/database.hpp"
#include "messaging/event_log.hpp"
#include "runtime/engines.hpp"
#include "runtime/runtime.hpp"
#include "runtime/settings.hpp"

namespace pms::runtime {

/// Opens the database and brings its schema up to date. Blocks. Errors: one sentence for the
/// operator.
core::Result<std::unique_ptr<database::Database>> open_database(const std::string& url, std::string_view service,
                                                                std::span<const database::Migration>);

/// Returns the process's event log, and creates the topic or sets its retention.
/// Blocks, and requires that the io threads run. Errors: one sentence for the operator.
core::Result<std::shared_ptr<messaging::EventLog>> open_event_log(const EventLogSettings&, std::string_view topic,
                                                                  Runtime&);

}  // namespace pms::runtime
