// The transactional outbox. A change and its event are committed together; a relay publishes the
// event afterwards, at least once and in order per key.
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

/// Every publishing service has these tables in its V1 migration (PostgreSQL: id BIGINT GENERATED
/// ALWAYS AS IDENTITY):
///
///   CREATE TABLE outbox (
///     id INTEGER PRIMARY KEY AUTOINCREMENT,  -- in commit order per key
///     partition INTEGER NOT NULL,            -- outbox_partition(key), which replicas lease
///     key TEXT NOT NULL,
///     version BIGINT NOT NULL,               -- of the history row, which is written first
///     event_id TEXT NOT NULL, actor_id TEXT, request_id TEXT, trace_parent TEXT,
///     created_at BIGINT NOT NULL, published_at BIGINT);
///   CREATE INDEX outbox_pending ON outbox (partition, id) WHERE published_at IS NULL;
///   CREATE INDEX outbox_published ON outbox (published_at) WHERE published_at IS NOT NULL;
///   CREATE TABLE outbox_lease (
///     partition INTEGER PRIMARY KEY, owner TEXT NOT NULL, expires_at BIGINT NOT NULL);
constexpr std::int32_t outbox_partitions = 12;

/// Returns the outbox partition of a key: FNV-1a of its bytes modulo outbox_partitions.
std::int32_t outbox_partition(std::string_view key);

/// What the service passes to the relay: how to read its pending events and how to encode them.
struct OutboxSource {
  std::string service;  ///< for log lines and metrics
  std::string topic;
  /// Reads pending rows of one outbox partition in order; the parameters are $1 partition and $2
  /// limit. Its first columns are outbox.id and outbox.key; the others are for `encode`. It joins
  /// the tables that the event is built from (the history row).
  database::Statement pending;
  /// Encodes one row of `pending` as a record. A row that fails is logged and stays in the outbox,
  /// with the later rows of its key.
  std::function<core::Result<Record>(const database::Row&)> encode;
};

struct OutboxSettings {
  std::chrono::milliseconds poll{500};  ///< in addition to the wake-up at commit
  std::size_t batch = 500;
  /// How long the relay waits for more events after a round that published some, so that a burst
  /// takes few rounds.
  std::chrono::milliseconds linger{10};
  std::chrono::seconds lease{3};  ///< how long events wait for a relay that died while publishing
};

class OutboxRelay {
 public:
  OutboxRelay(core::TaskHost, database::Database&, EventLog&, OutboxSource, OutboxSettings = {},
              const core::Clock& = core::system_clock());
  ~OutboxRelay();
  void start();
  /// Makes the relay publish now, because a commit has added rows. It is cheap and may be called
  /// from any thread.
  void wake();
  /// Publishes what is pending, as far as the deadline allows, and releases the leases. Error:
  /// deadline_exceeded if that does not finish in time.
  core::Task<core::Result<>> stop(Deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the running coroutine, which may outlive a stop that timed out
  core::BackgroundTask task_;
};

/// How long published rows remain in the outbox, so that operators can inspect them.
constexpr std::chrono::hours published_rows_kept_for{24};

/// Deletes rows that were published before `time`, in batches of a thousand.
core::Task<core::Result<>> delete_published(database::Database&, core::Timestamp time);

}  // namespace pms::messaging
