// What services stand on, opened at start-up: each one's database, and the event log that those of a process share.
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

namespace pms::runtime {

/// Opens the database and brings its schema up to date. Blocks. Errors: one sentence for the operator.
core::Result<std::unique_ptr<database::Database>> open_database(const std::string& url, std::string_view service,
                                                                std::span<const database::Migration>);

/// The process's event log of this URL, with the topic in it: whichever service comes first makes the topic. Blocks;
/// the io threads run. Errors: one sentence for the operator.
core::Result<std::shared_ptr<messaging::EventLog>> open_event_log(const std::string& url, std::string_view topic,
                                                                  Runtime&);

}  // namespace pms::runtime
