#include "messaging/outbox.hpp"

#include <algorithm>
#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/deferred.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
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
#include "core/signal.hpp"
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
constexpr std::chrono::minutes between_clean_ups{10};

/// By id and not up to the last id: on an engine with many writers a smaller id may appear later.
constexpr Statement mark_published{"UPDATE outbox SET published_at = $2 WHERE id = $1 AND published_at IS NULL"};

constexpr Statement count_pending{
    "SELECT count(*), COALESCE(MIN(created_at), 0) FROM outbox WHERE published_at IS NULL"};

constexpr std::int64_t clean_up_rows = 1'000;
constexpr Statement delete_published{R"(
  DELETE FROM outbox WHERE id IN (
    SELECT id FROM outbox WHERE published_at IS NOT NULL AND published_at < $1 ORDER BY published_at LIMIT $2))"};

}  // namespace

std::int32_t outbox_partition(std::string_view key) { return partition_of(key, outbox_partitions); }

struct OutboxRelay::State {
  State(boost::asio::io_context&, database::Database&, EventLog&, OutboxSource, OutboxSettings, const core::Clock&);

  /// What one round publishes, and the rows it comes from.
  struct Load {
    std::vector<std::int64_t> ids;
    std::vector<Record> records;
  };

  static core::Task<void> run(std::shared_ptr<State>);
  static core::Task<void> flush(std::shared_ptr<State>, Deadline);
  bool finished() const { return stopping && stop_by.passed(); }
  core::Task<core::Result<std::size_t>> round();
  core::Task<core::Result<Load>> read(const std::vector<std::int64_t>& partitions);
  void encode(const database::Rows&, Load&);
  core::Result<Record> encode(const database::Row&) const;
  core::Task<core::Result<>> mark(const std::vector<std::int64_t>& ids);
  core::Task<core::Result<>> count_when_due(bool busy);
  double age_of_oldest() const;
  core::Task<core::Result<>> clean_up_when_due();
  core::Task<void> wait(std::chrono::milliseconds);
  core::Task<void> linger();
  core::Task<void> give_leases_back();
  void tell(telemetry::Level, std::string_view message, const core::Error&) const;

  boost::asio::io_context& io;
  database::Database& database;
  EventLog& log;
  const OutboxSource source;
  const OutboxSettings settings;
  const core::Clock& clock;
  OutboxLeases leases;
  prometheus::Gauge& pending;
  prometheus::Gauge& oldest_age;
  prometheus::Counter& published;
  std::atomic<std::int64_t> oldest_us{0};  // when the oldest of the pending was committed; 0: none is
  telemetry::Refresh refresh;
  std::shared_ptr<core::Signal> wake_up = std::make_shared<core::Signal>();
  std::shared_ptr<core::Signal> stop_waiting = std::make_shared<core::Signal>();
  std::shared_ptr<core::Signal> ended = std::make_shared<core::Signal>();
  std::set<std::int64_t> told;  // rows that do not encode, already logged
  std::size_t first = 0;        // whose turn it is to be read first, so that no partition is starved
  core::SteadyTime count_due{};
  core::SteadyTime clean_up_due{};
  Deadline stop_by = Deadline::never();
  bool started = false;
  bool running = false;
  bool stopping = false;
};

OutboxRelay::State::State(boost::asio::io_context& io_context, database::Database& its_database, EventLog& its_log,
                          OutboxSource its_source, OutboxSettings its_settings, const core::Clock& its_clock)
    : io(io_context),
      database(its_database),
      log(its_log),
      source(std::move(its_source)),
      settings(its_settings),
      clock(its_clock),
      leases(database, clock, settings.lease),
      pending(telemetry::gauge("outbox_pending_events", "Events that are committed but not yet published",
                               {{"service", source.service}})),
      oldest_age(telemetry::gauge("outbox_oldest_pending_event_age_seconds",
                                  "How long the oldest of them has waited; 0 when there is none",
                                  {{"service", source.service}})),
      published(telemetry::counter("outbox_published_events_total", "Events that the event log has acknowledged",
                                   {{"service", source.service}})),
      refresh([this] { oldest_age.Set(age_of_oldest()); }) {}

double OutboxRelay::State::age_of_oldest() const {
  const std::int64_t since = oldest_us.load(std::memory_order_relaxed);
  if (since == 0) return 0;
  const std::chrono::duration<double> age{std::chrono::microseconds(database::to_column(clock.now()) - since)};
  return std::max(age.count(), 0.0);
}

core::Task<void> OutboxRelay::State::run(std::shared_ptr<State> state) {
  core::Backoff backoff(first_publish_backoff, max_publish_backoff);
  bool away = false;
  while (!state->finished()) {
    const bool stopping_before = state->stopping;  // a round that had begun may not see the last commits
    auto published = co_await state->round();
    if (!published) {
      if (!std::exchange(away, true)) {
        state->tell(telemetry::Level::warning, "publishing events waits", published.error());
      }
      (void)co_await state->count_when_due(true);  // they gather meanwhile; when the database is away, nobody can say
      co_await state->wait(backoff.next());
      continue;
    }
    if (std::exchange(away, false)) {
      telemetry::log(telemetry::Level::info, state->source.service, "publishing events again");
    }
    backoff.reset();
    if (*published > 0) {
      if (*published < state->settings.batch) co_await state->linger();
      continue;
    }
    if (stopping_before) break;
    co_await state->wake_up->wait_until(std::chrono::steady_clock::now() + state->settings.poll);
  }
  co_await state->give_leases_back();
  state->running = false;
  state->ended->set();
}

/// Not cut short by wake(): an engine that is away does not come back because there is more to publish.
core::Task<void> OutboxRelay::State::wait(std::chrono::milliseconds span) {
  const core::SteadyTime end = std::chrono::steady_clock::now() + span;
  while (!finished() && std::chrono::steady_clock::now() < end) {
    co_await stop_waiting->wait_until(std::min(end, stop_by.time()));
  }
}

/// Not cut short by wake() either: that more events come is what it waits for.
core::Task<void> OutboxRelay::State::linger() {
  if (!stopping) co_await stop_waiting->wait_until(std::chrono::steady_clock::now() + settings.linger);
}

core::Task<void> OutboxRelay::State::flush(std::shared_ptr<State> state, Deadline deadline) {
  state->stop_by = deadline;
  state->stopping = true;
  state->wake_up->set();
  state->stop_waiting->set();
  while (state->running && !deadline.passed()) co_await state->ended->wait_until(deadline.time());
}

/// Publishes what is there now, at most a batch. How many events that were.
core::Task<core::Result<std::size_t>> OutboxRelay::State::round() {
  auto partitions = co_await leases.claim_pending();
  if (!partitions) co_return std::unexpected(partitions.error());
  auto load = co_await read(*partitions);
  if (!load) co_return std::unexpected(load.error());
  const std::size_t count = leases.hold() ? load->records.size() : 0;
  if (count > 0) {
    auto taken = co_await log.publish(source.topic, std::move(load->records), Deadline::after(publish_deadline));
    if (!taken) co_return std::unexpected(taken.error());
    published.Increment(static_cast<double>(count));
    if (auto marked = co_await mark(load->ids); !marked) co_return std::unexpected(marked.error());
  }
  if (auto counted = co_await count_when_due(!partitions->empty()); !counted)
    co_return std::unexpected(counted.error());
  if (auto cleaned = co_await clean_up_when_due(); !cleaned) co_return std::unexpected(cleaned.error());
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

/// An event that does not encode is a defect: it stays, with those of its key behind it, and all others go on.
void OutboxRelay::State::encode(const database::Rows& rows, Load& load) {
  std::set<std::string> held_back;
  for (const database::Row& row : rows) {
    const std::string& key = row.text(1);
    if (held_back.contains(key)) continue;
    auto record = encode(row);
    if (!record) {
      held_back.insert(key);
      if (told.insert(row.integer(0)).second) {
        tell(telemetry::Level::error, "an event does not encode and holds back its key", record.error());
      }
      continue;
    }
    load.ids.push_back(row.integer(0));
    load.records.push_back(std::move(*record));
  }
}

/// An encoder that throws must not end the relay.
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

core::Task<core::Result<>> OutboxRelay::State::clean_up_when_due() {
  const core::SteadyTime now = clock.steady_now();
  if (now < clean_up_due) co_return core::Result<>();
  std::int64_t deleted = clean_up_rows;
  while (deleted == clean_up_rows && !stopping) {
    database::Batch batch;
    batch.add(delete_published, Params{database::to_column(clock.now() - settings.keep_published), clean_up_rows});
    auto result = co_await database.commit(std::move(batch), Deadline::after(database_deadline));
    if (!result) co_return std::unexpected(result.error());
    deleted = result->front().rows_affected;
  }
  clean_up_due = now + between_clean_ups;
  co_return core::Result<>();
}

core::Task<void> OutboxRelay::State::give_leases_back() {
  if (auto given_back = co_await leases.give_back(); !given_back) {
    tell(telemetry::Level::warning, "outbox leases were not given back; they will end by themselves",
         given_back.error());
  }
}

void OutboxRelay::State::tell(telemetry::Level level, std::string_view message, const core::Error& error) const {
  telemetry::log(level, source.service, message,
                 {{"topic", std::string_view(source.topic)}, {"error", std::string_view(error.message)}});
}

OutboxRelay::OutboxRelay(boost::asio::io_context& io, database::Database& database, EventLog& log, OutboxSource source,
                         OutboxSettings settings, const core::Clock& clock)
    : state_(std::make_shared<State>(io, database, log, std::move(source), settings, clock)) {}

OutboxRelay::~OutboxRelay() = default;

void OutboxRelay::start() {
  state_->started = state_->running = true;
  boost::asio::co_spawn(state_->io.get_executor(), State::run(state_), boost::asio::detached);
}

void OutboxRelay::wake() { state_->wake_up->set(); }

core::Task<void> OutboxRelay::stop(Deadline deadline) {
  if (!state_->started) co_return;
  auto flushed = State::flush(state_, deadline);
  co_await boost::asio::co_spawn(state_->io.get_executor(), std::move(flushed), boost::asio::deferred);
}

}  // namespace pms::messaging
