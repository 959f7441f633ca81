// The transactional outbox: a change and its event are one commit; a relay publishes afterwards, at least once, in
// order per key.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "core/background_task.hpp"
#include "core/clock.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"
#include "messaging/event_log.hpp"

namespace pms::messaging {

/// The tables each publishing service has in its V1 migration (PostgreSQL: id BIGINT GENERATED ALWAYS AS IDENTITY):
///
///   CREATE TABLE outbox (
///     id INTEGER PRIMARY KEY AUTOINCREMENT,      -- commit order per key: the history row is written before it
///     partition INTEGER NOT NULL,                -- outbox_partition(key): what replicas claim
///     key TEXT NOT NULL, version BIGINT NOT NULL,-- which history row
///     event_id TEXT NOT NULL, actor_id TEXT, request_id TEXT, trace_parent TEXT,
///     created_at BIGINT NOT NULL, published_at BIGINT);
///   CREATE INDEX outbox_pending ON outbox (partition, id) WHERE published_at IS NULL;
///   CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
///   CREATE TABLE outbox_lease (partition INTEGER PRIMARY KEY, owner TEXT NOT NULL, expires_at BIGINT NOT NULL);
constexpr std::int32_t outbox_partitions = 12;

/// Which outbox partition a key belongs to: FNV-1a of its bytes modulo outbox_partitions.
std::int32_t outbox_partition(std::string_view key);

/// What the service supplies.
struct OutboxSource {
  std::string service;  ///< for log lines and metrics
  std::string topic;
  /// Reads pending rows of one outbox partition in order: $1 partition, $2 limit. Its first columns are outbox.id,
  /// outbox.key; the rest is for `encode`. Joins whatever the event is made of (the history row).
  database::Statement pending;
  /// The record of one row of `pending`. A row that fails is logged and stays, with the rows of its key after it.
  std::function<core::Result<Record>(const database::Row&)> encode;
};

struct OutboxSettings {
  std::chrono::milliseconds poll{500};  ///< besides the wake-up at commit
  std::size_t batch = 500;
  /// After a round that published something: how long the next events gather, so that a burst goes in few rounds.
  std::chrono::milliseconds linger{10};
  std::chrono::seconds lease{3};  ///< how long events wait for a relay that vanished while publishing
};

class OutboxRelay {
 public:
  OutboxRelay(core::TaskHost, database::Database&, EventLog&, OutboxSource, OutboxSettings = {},
              const core::Clock& = core::system_clock());
  ~OutboxRelay();
  void start();
  /// A commit has added rows: publish now. Cheap, from any thread.
  void wake();
  /// Publishes what is pending, as far as the deadline allows, and releases its leases. Error: deadline_exceeded if
  /// that took too long.
  core::Task<core::Result<>> stop(Deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the running coroutine, which may outlive a stop that timed out
  core::BackgroundTask task_;
};

/// How long published rows stay in the outbox, for operators to look at.
constexpr std::chrono::hours published_rows_kept_for{24};

/// Deletes rows that were published before `time`, a thousand at once.
core::Task<core::Result<>> delete_published(database::Database&, core::Timestamp time);

}  // namespace pms::messaging
