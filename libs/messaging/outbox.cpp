#include "messaging/outbox.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "core/backoff.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "database/columns.hpp"
#include "messaging/outbox_leases.hpp"
#include "messaging/partition.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pms::messaging {

namespace {

using database::Params;
using database::Statement;

constexpr std::chrono::seconds database_deadline{5};
constexpr std::chrono::seconds publish_deadline{30};
constexpr std::chrono::milliseconds first_publish_backoff{100};
constexpr std::chrono::seconds max_publish_backoff{2};
constexpr std::chrono::seconds between_counts{5};

/// Marks rows one by one, by id, rather than up to the last id: on an engine with many writers a
/// smaller id may appear later.
constexpr Statement mark_published{"UPDATE outbox SET published_at = $2 WHERE id = $1 AND published_at IS NULL"};

constexpr Statement count_pending{
    "SELECT count(*), COALESCE(MIN(created_at), 0) FROM outbox WHERE published_at IS NULL"};

constexpr std::int64_t clean_up_rows = 1'000;
constexpr Statement delete_published_rows{R"(
  DELETE FROM outbox WHERE id IN (
    SELECT id FROM outbox WHERE published_at IS NOT NULL AND published_at < $1 ORDER BY published_at LIMIT $2))"};

}  // namespace

std::int32_t outbox_partition(std::string_view key) { return partition_of(key, outbox_partitions); }

struct OutboxRelay::State {
  State(database::Database&, EventLog&, OutboxSource, OutboxSettings, const core::Clock&);

  /// What one round publishes, and the ids of the rows that it was read from.
  struct Load {
    std::vector<std::int64_t> ids;
    std::vector<Record> records;
  };

  static core::Task<core::Result<>> run(std::shared_ptr<State>, core::TaskControl&);
  core::Task<core::Result<std::size_t>> round();
  core::Task<core::Result<Load>> read(const std::vector<std::int64_t>& partitions);
  void encode(const database::Rows&, Load&);
  core::Result<Record> encode(const database::Row&) const;
  core::Task<core::Result<>> mark(const std::vector<std::int64_t>& ids);
  core::Task<core::Result<>> count_when_due(bool busy);
  double age_of_oldest() const;
  core::Task<void> give_leases_back();
  void log(telemetry::Level, std::string_view message, const core::Error&) const;

  database::Database& database;
  EventLog& event_log;
  const OutboxSource source;
  const OutboxSettings settings;
  const core::Clock& clock;
  OutboxLeases leases;
  prometheus::Gauge& pending;
  prometheus::Gauge& oldest_age;
  prometheus::Counter& published;
  std::atomic<std::int64_t> oldest_us{0};  // commit time of the oldest pending event; 0: none is pending
  telemetry::Refresh refresh;
  std::set<std::int64_t> reported_rows;  // rows that do not encode and were already logged
  std::size_t first = 0;                 // first partition to read; changes every round, so that none is starved
  core::SteadyTime count_due{};
};

OutboxRelay::State::State(database::Database& outbox_database, EventLog& log, OutboxSource outbox_source,
                          OutboxSettings outbox_settings, const core::Clock& system_clock)
    : database(outbox_database),
      event_log(log),
      source(std::move(outbox_source)),
      settings(outbox_settings),
      clock(system_clock),
      leases(database, clock, settings.lease),
      pending(telemetry::gauge("outbox_pending_events", "Events committed but not yet published",
                               {{"service", source.service}})),
      oldest_age(telemetry::gauge("outbox_oldest_pending_event_age_seconds",
                                  "Age of the oldest unpublished event; 0 if there is none",
                                  {{"service", source.service}})),
      published(telemetry::counter("outbox_published_events_total", "Events acknowledged by the event log",
                                   {{"service", source.service}})),
      refresh([this] { oldest_age.Set(age_of_oldest()); }) {}

double OutboxRelay::State::age_of_oldest() const {
  const std::int64_t since = oldest_us.load(std::memory_order_relaxed);
  if (since == 0) return 0;
  const std::chrono::duration<double> age{std::chrono::microseconds(database::to_column(clock.now()) - since)};
  return std::max(age.count(), 0.0);
}

core::Task<core::Result<>> OutboxRelay::State::run(std::shared_ptr<State> state, core::TaskControl& control) {
  core::Backoff backoff(first_publish_backoff, max_publish_backoff);
  bool paused = false;
  while (!control.stopping() || !control.stop_by().passed()) {
    const bool last = control.stopping();  // a round that began earlier may have missed the last commits
    auto published = co_await state->round();
    if (!published) {
      if (!control.stopping() && !core::is_outage(published.error())) co_return std::unexpected(published.error());
      if (!std::exchange(paused, true)) {
        state->log(telemetry::Level::warning, "outbox relay paused", published.error());
      }
      // Events accumulate in the meantime. While the database is unavailable they cannot be
      // counted.
      (void)co_await state->count_when_due(true);
      co_await control.sleep(backoff.next());  // a wake-up does not end the sleep: more events do not end an outage
      continue;
    }
    if (std::exchange(paused, false)) {
      telemetry::log(telemetry::Level::info, state->source.service, "outbox relay resumed");
    }
    backoff.reset();
    control.succeeded();
    if (*published == 0) {
      if (last) break;
      if (!control.stopping()) co_await control.wait(state->settings.poll);
    } else if (*published < state->settings.batch && !control.stopping()) {
      co_await control.sleep(state->settings.linger);  // a wake-up does not end the sleep, which waits for more events
    }
  }
  co_await state->give_leases_back();
  co_return core::Result<>();
}

/// Publishes the events that are pending now, at most one batch. Returns how many it published.
core::Task<core::Result<std::size_t>> OutboxRelay::State::round() {
  auto partitions = co_await leases.claim_pending();
  if (!partitions) co_return std::unexpected(partitions.error());
  auto load = co_await read(*partitions);
  if (!load) co_return std::unexpected(load.error());
  const std::size_t count = leases.held() ? load->records.size() : 0;
  if (count > 0) {
    auto taken = co_await event_log.publish(source.topic, std::move(load->records), Deadline::after(publish_deadline));
    if (!taken) co_return std::unexpected(taken.error());
    published.Increment(static_cast<double>(count));
    if (auto marked = co_await mark(load->ids); !marked) co_return std::unexpected(marked.error());
  }
  if (auto counted = co_await count_when_due(!partitions->empty()); !counted)
    co_return std::unexpected(counted.error());
  co_return count;
}

core::Task<core::Result<OutboxRelay::State::Load>> OutboxRelay::State::read(
    const std::vector<std::int64_t>& partitions) {
  Load load;
  ++first;
  for (std::size_t i = 0; i < partitions.size() && load.ids.size() < settings.batch; ++i) {
    const std::int64_t partition = partitions[(first + i) % partitions.size()];
    Params params{partition, static_cast<std::int64_t>(settings.batch - load.ids.size())};
    auto rows = co_await database.query(source.pending, std::move(params), Deadline::after(database_deadline));
    if (!rows) co_return std::unexpected(rows.error());
    encode(*rows, load);
  }
  co_return load;
}

/// Encodes the rows. An event that fails to encode is a defect: it and the later events of its key
/// stay in the outbox, and all others are published.
void OutboxRelay::State::encode(const database::Rows& rows, Load& load) {
  std::set<std::string> held_back;
  for (const database::Row& row : rows) {
    const std::string& key = row.text(1);
    if (held_back.contains(key)) continue;
    auto record = encode(row);
    if (!record) {
      held_back.insert(key);
      if (reported_rows.insert(row.integer(0)).second) {
        log(telemetry::Level::error, "an event could not be encoded; the events of its key wait", record.error());
      }
      continue;
    }
    load.ids.push_back(row.integer(0));
    load.records.push_back(std::move(*record));
  }
}

/// Encodes one row. Catches exceptions, because an encoder that throws must not end the relay.
core::Result<Record> OutboxRelay::State::encode(const database::Row& row) const {
  try {
    return source.encode(row);
  } catch (const std::exception&) {
    return core::fail(core::Errc::internal, "encoding the event threw an exception");
  }
}

core::Task<core::Result<>> OutboxRelay::State::mark(const std::vector<std::int64_t>& ids) {
  const std::int64_t now = database::to_column(clock.now());
  database::Batch batch;
  for (const std::int64_t id : ids) batch.add(mark_published, Params{id, now});
  auto marked = co_await database.commit(std::move(batch), Deadline::after(database_deadline));
  if (!marked) co_return std::unexpected(marked.error());
  co_return core::Result<>();
}

core::Task<core::Result<>> OutboxRelay::State::count_when_due(bool busy) {
  if (!busy) {
    pending.Set(0);
    oldest_us.store(0, std::memory_order_relaxed);
  }
  const core::SteadyTime now = clock.steady_now();
  if (!busy || now < count_due) co_return core::Result<>();
  Params none;
  auto rows = co_await database.query(count_pending, std::move(none), Deadline::after(database_deadline));
  if (!rows) co_return std::unexpected(rows.error());
  pending.Set(static_cast<double>(rows->front().integer(0)));
  oldest_us.store(rows->front().integer(1), std::memory_order_relaxed);
  count_due = now + between_counts;
  co_return core::Result<>();
}

core::Task<void> OutboxRelay::State::give_leases_back() {
  if (auto given_back = co_await leases.give_back(); !given_back) {
    log(telemetry::Level::warning, "outbox leases could not be released; they will expire", given_back.error());
  }
}

void OutboxRelay::State::log(telemetry::Level level, std::string_view message, const core::Error& error) const {
  telemetry::log(level, source.service, message,
                 {{"topic", std::string_view(source.topic)}, {"error", std::string_view(error.message)}});
}

OutboxRelay::OutboxRelay(core::TaskHost host, database::Database& database, EventLog& log, OutboxSource source,
                         OutboxSettings settings, const core::Clock& clock)
    : state_(std::make_shared<State>(database, log, std::move(source), settings, clock)),
      task_(std::move(host), "outbox relay",
            [state = state_](core::TaskControl& control) { return State::run(state, control); }) {}

OutboxRelay::~OutboxRelay() = default;

void OutboxRelay::start() { task_.start(); }

void OutboxRelay::wake() { task_.wake(); }

core::Task<core::Result<>> OutboxRelay::stop(Deadline deadline) { return task_.stop(deadline); }

core::Task<core::Result<>> delete_published(database::Database& database, core::Timestamp time) {
  std::int64_t deleted = clean_up_rows;
  while (deleted == clean_up_rows) {
    database::Batch batch;
    batch.add(delete_published_rows, Params{database::to_column(time), clean_up_rows});
    auto result = co_await database.commit(std::move(batch), Deadline::after(database_deadline));
    if (!result) co_return std::unexpected(result.error());
    deleted = result->front().rows_affected;
  }
  co_return core::Result<>();
}

}  // namespace pms::messaging
