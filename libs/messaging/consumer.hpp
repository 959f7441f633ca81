// Runs a consumer: reads a topic as a member of a group and applies the effect of each event to the
// consumer's own database exactly once.
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

/// Every consuming service has this table in its V1 migration (the text is the same on both
/// engines):
///
///   CREATE TABLE consumer_position (
///     topic TEXT NOT NULL, partition INTEGER NOT NULL, next_offset BIGINT NOT NULL,
///     PRIMARY KEY (topic, partition));
///
/// Apply turns one event into statements, which are committed together with the new position. It
/// must return the same statements whenever it is called with the same record. An event that was
/// applied before must have no effect: guard by version in the SQL. An error means that the event
/// is poisoned (does not parse, breaks a rule): it is retried, then moved to the dead-letter topic.
using Apply = std::function<core::Result<>(const StoredRecord&, database::Batch&)>;

struct ConsumerSettings {
  std::string service;  ///< for log lines and metrics
  std::string group;
  std::string topic;
  std::size_t batch = 500;                       ///< records applied in one transaction
  int retries = 3;                               ///< attempts after the first for a poisoned event
  std::chrono::milliseconds first_backoff{100};  ///< the back-off doubles, with full jitter
};

/// Consumes a topic in rounds. A round polls the log and then runs one database batch. The first
/// statements of the batch move the position of each partition by compare-and-set from the offset
/// that was read, and abort the batch if another owner has moved a position in the meantime; then
/// follow the statements of every record. If the batch fails, the records of each partition are
/// applied in a batch of their own, and if that fails too, one by one, to find the poisoned record.
/// The poisoned record is published to `<group>.<topic>.dlq` (the topic is created on first use)
/// with its headers plus `dlq-reason`, `dlq-topic`, `dlq-partition` and `dlq-offset`, and the
/// position moves on, so that it never blocks the partition. While the database or the log is
/// unavailable, the round is retried with back-off.
class Consumer {
 public:
  /// Constructs a consumer that runs on the host's io_context from start() to stop().
  Consumer(core::TaskHost, database::Database&, EventLog&, ConsumerSettings, Apply);
  ~Consumer();
  void start();
  /// Finishes the current round and leaves the group. Error: deadline_exceeded if that does not
  /// finish in time.
  core::Task<core::Result<>> stop(core::Deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the running coroutine, which may outlive a stop that timed out
  core::BackgroundTask task_;
};

}  // namespace pms::messaging
