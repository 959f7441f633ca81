// Runs a consumer: reads a topic as a group and applies each event to the consumer's own database, once in effect.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "core/background_task.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"
#include "messaging/event_log.hpp"

namespace pms::messaging {

/// The table each consuming service has in its V1 migration (the text is the same on both engines):
///
///   CREATE TABLE consumer_position (
///     topic TEXT NOT NULL, partition INTEGER NOT NULL, next_offset BIGINT NOT NULL,
///     PRIMARY KEY (topic, partition));
///
/// Turns one event into statements, which are committed together with the new position. It must return the same
/// statements whenever it is called with the same record. An event that was applied before must do nothing: guard by
/// version in the SQL. An error means that the event is poisoned (does not parse, breaks a rule): it is retried, then
/// moved to the dead-letter topic.
using Apply = std::function<core::Result<>(const StoredRecord&, database::Batch&)>;

struct ConsumerSettings {
  std::string service;  ///< for log lines and metrics
  std::string group;
  std::string topic;
  std::size_t batch = 500;                       ///< records applied in one transaction
  int retries = 3;                               ///< of a poisoned event
  std::chrono::milliseconds first_backoff{100};  ///< doubling, with full jitter
};

/// Each round: poll; one database batch whose first statements move the position of each partition by compare-and-set
/// (from the offset that was read) and abort the batch when another owner has moved one meanwhile, then the statements
/// of every record. When the batch fails, each partition's records are applied by themselves, and where that fails too,
/// one by one, to find the poisoned one. That goes to `<group>.<topic>.dlq` (topic made on first use) with its headers
/// plus `dlq-reason`, `dlq-topic`, `dlq-partition`, `dlq-offset`, and the position moves on: it never blocks the
/// partition. While the database or the log is unavailable the round is retried with back-off.
class Consumer {
 public:
  /// Runs on the host's io_context from start() to stop().
  Consumer(core::TaskHost, database::Database&, EventLog&, ConsumerSettings, Apply);
  ~Consumer();
  void start();
  /// Finishes the round under way and leaves the group. Error: deadline_exceeded if that took too long.
  core::Task<core::Result<>> stop(core::Deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the running coroutine, which may outlive a stop that timed out
  core::BackgroundTask task_;
};

}  // namespace pms::messaging
