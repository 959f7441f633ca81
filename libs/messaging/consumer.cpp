#include "messaging/consumer.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include "core/backoff.hpp"
#include "core/result.hpp"
#include "core/signal.hpp"
#include "core/task.hpp"
#include "messaging/dead_letters.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pms::messaging {

namespace {

using database::Batch;
using database::Params;
using database::Statement;
using Records = std::span<const StoredRecord>;
using Positions = std::map<std::int32_t, std::int64_t>;  ///< the next offset of each partition

constexpr std::chrono::milliseconds poll_span{1'000};  // maximum age of the lag metric while no records arrive
constexpr std::chrono::seconds call_timeout{10};
constexpr std::chrono::seconds max_backoff{2};

constexpr Statement select_position =
    database::point_read("SELECT next_offset FROM consumer_position WHERE topic = $1 AND partition = $2");

/// Moves a position from $4 to $3. If the stored position is no longer $4, the statement inserts
/// NULL into a NOT NULL column, which aborts the batch.
constexpr Statement move_position{R"(
  INSERT INTO consumer_position (topic, partition, next_offset) VALUES ($1, $2, $3)
  ON CONFLICT (topic, partition) DO UPDATE
  SET next_offset = CASE WHEN consumer_position.next_offset = $4 THEN excluded.next_offset END)"};
constexpr std::string_view position_moved = "consumer_position.next_offset";

enum class Outcome : std::uint8_t {
  done,
  lost_ownership,  ///< another consumer has moved the position
  poisoned,        ///< a record breaks a rule
  unavailable,     ///< the database or the log failed, or there is a defect
};

struct Attempt {
  Outcome outcome = Outcome::done;
  core::Error error;
};

/// Maps an error to an outcome. `internal` is a defect of ours or a broken schema: the consumer
/// waits until an operator has fixed it, because otherwise it would move every event to the
/// dead-letter topic.
Outcome outcome_of(const core::Error& error) {
  switch (error.code) {
    case core::Errc::violation:
      return error.message == position_moved ? Outcome::lost_ownership : Outcome::poisoned;
    case core::Errc::unavailable:
    case core::Errc::deadline_exceeded:
    case core::Errc::storage_full:
    case core::Errc::internal:
      return Outcome::unavailable;
    default:
      return Outcome::poisoned;
  }
}

Positions positions_after(Records records) {
  Positions positions;
  for (const StoredRecord& record : records) positions[record.partition] = record.offset + 1;
  return positions;
}

}  // namespace

struct Consumer::State : std::enable_shared_from_this<State> {
  State(database::Database&, EventLog&, ConsumerSettings, Apply);

  static core::Task<core::Result<>> run(std::shared_ptr<State>, core::TaskControl&);
  static core::Task<void> end_poll(std::shared_ptr<State>);
  core::Task<core::Result<>> round();
  core::Task<core::Result<>> apply_records(Records);
  void resume(Records);
  core::Task<Attempt> apply_partition(Records);
  core::Task<Attempt> apply_one(const StoredRecord&);
  core::Task<Attempt> dead_letter(const StoredRecord&, const core::Error&);
  core::Task<Attempt> attempt(Records);
  core::Task<Attempt> commit(Batch, const Positions& next);
  core::Result<> settle(const Attempt&, Records);
  Batch moving_to(const Positions& next) const;
  core::Result<> add_effect(const StoredRecord&, Batch&) const;
  core::Task<core::Result<std::int64_t>> stored_position(std::int32_t partition);
  core::Task<core::Result<>> go_back(std::int32_t partition);
  void log(telemetry::Level, std::string_view message, const core::Error&) const;

  database::Database& database;
  EventLog& event_log;
  const ConsumerSettings settings;
  const Apply apply;
  DeadLetters dead_letters;
  prometheus::Counter& consumed;
  prometheus::Counter& dead_lettered;
  prometheus::Gauge& lag;
  std::unique_ptr<Subscription> subscription;
  Positions positions;                      // as last read from or written to the database
  std::set<std::int32_t> stale_partitions;  // partitions whose position must be read again
  core::Backoff backoff;
  core::TaskControl* control = nullptr;  // control of the running loop
  bool polling = false;
  bool ending_poll = false;
  std::shared_ptr<core::Signal> poll_ended = std::make_shared<core::Signal>();
};

Consumer::State::State(database::Database& consumer_database, EventLog& log, ConsumerSettings consumer_settings,
                       Apply apply_event)
    : database(consumer_database),
      event_log(log),
      settings(std::move(consumer_settings)),
      apply(std::move(apply_event)),
      dead_letters(event_log, settings.group, settings.topic),
      consumed(telemetry::counter("messaging_client_consumed_messages_total", "Events applied by a consumer",
                                  {{"service", settings.service}, {"topic", settings.topic}})),
      dead_lettered(telemetry::counter("messaging_dead_lettered_messages_total",
                                       "Events that could not be applied and went to the dead-letter topic",
                                       {{"service", settings.service}, {"topic", settings.topic}})),
      lag(telemetry::gauge("messaging_consumer_lag_seconds",
                           "Age of the oldest of the last applied events; 0 if there is none to read",
                           {{"service", settings.service}, {"topic", settings.topic}})),
      backoff(settings.first_backoff, max_backoff) {}

core::Task<core::Result<>> Consumer::State::run(std::shared_ptr<State> state, core::TaskControl& control) {
  state->control = &control;
  state->polling = false;  // remains set if an exception ends a poll
  bool paused = false;
  while (!control.stopping()) {
    auto round = co_await state->round();
    if (round) {
      if (std::exchange(paused, false))
        telemetry::log(telemetry::Level::info, state->settings.service, "consumer resumed");
      state->backoff.reset();
      control.succeeded();
      continue;
    }
    if (!core::is_outage(round.error())) co_return round;
    if (!std::exchange(paused, true)) state->log(telemetry::Level::warning, "consumer paused", round.error());
    co_await control.sleep(state->backoff.next());
  }
  if (state->ending_poll) co_await state->poll_ended->wait_until(std::chrono::steady_clock::now() + call_timeout);
  co_await state->subscription->close();
  co_return core::Result<>();
}

/// Makes a poll that is waiting for records return at once. The loop waits until this coroutine has
/// ended.
core::Task<void> Consumer::State::end_poll(std::shared_ptr<State> state) {
  if (!state->polling) co_return;
  state->ending_poll = true;
  co_await state->subscription->close();
  state->ending_poll = false;
  state->poll_ended->set();
}

core::Task<core::Result<>> Consumer::State::round() {
  while (!stale_partitions.empty()) {
    if (auto back = co_await go_back(*stale_partitions.begin()); !back) co_return back;
    stale_partitions.erase(stale_partitions.begin());
  }
  if (control->stopping()) co_return core::Result<>();
  polling = true;
  auto records = co_await subscription->poll(settings.batch, Deadline::after(poll_span));
  polling = false;
  if (!records) co_return std::unexpected(records.error());
  if (records->empty()) {
    lag.Set(0);
    co_return core::Result<>();
  }
  std::ranges::stable_sort(*records, {}, &StoredRecord::partition);
  co_return co_await apply_records(*records);
}

/// Applies all records in one batch. If that fails, applies each partition by itself, so that a
/// poisoned event does not delay the other partitions.
core::Task<core::Result<>> Consumer::State::apply_records(Records records) {
  auto together = co_await attempt(records);
  if (together.outcome != Outcome::poisoned) co_return settle(together, records);
  for (auto begin = records.begin(); begin != records.end();) {
    const auto end = std::find_if(begin, records.end(),
                                  [&](const StoredRecord& record) { return record.partition != begin->partition; });
    auto applied = co_await apply_partition(Records(begin, end));
    if (applied.outcome != Outcome::done) co_return settle(applied, records);
    begin = end;
  }
  resume(records);
  co_return core::Result<>();
}

/// Makes the subscription continue after records that have been applied.
void Consumer::State::resume(Records records) {
  for (const auto& [partition, next] : positions_after(records)) subscription->resume(partition, next);
}

core::Task<Attempt> Consumer::State::apply_partition(Records records) {
  auto together = co_await attempt(records);
  if (together.outcome != Outcome::poisoned) co_return together;
  for (const StoredRecord& record : records) {
    auto alone = co_await apply_one(record);
    if (alone.outcome != Outcome::done) co_return alone;
    if (control->stopping()) co_return Attempt{Outcome::lost_ownership, {}};  // the next consumer reads the rest
  }
  co_return Attempt{};
}

/// Schedules records that were read but not applied to be read again, from the position stored in
/// the database.
core::Result<> Consumer::State::settle(const Attempt& attempt, Records records) {
  if (attempt.outcome == Outcome::done) {
    resume(records);
    return {};
  }
  for (const StoredRecord& record : records) stale_partitions.insert(record.partition);
  if (attempt.outcome == Outcome::lost_ownership) return {};
  return std::unexpected(attempt.error);
}

core::Task<Attempt> Consumer::State::apply_one(const StoredRecord& record) {
  core::Backoff between_retries(settings.first_backoff, max_backoff);
  for (int retry = 0;; ++retry) {
    auto tried = co_await attempt(Records(&record, 1));
    if (tried.outcome != Outcome::poisoned) co_return tried;
    if (retry == settings.retries) co_return co_await dead_letter(record, tried.error);
    if (!control->stopping()) co_await control->sleep(between_retries.next());
    if (control->stopping()) co_return Attempt{Outcome::lost_ownership, {}};  // the next consumer reads it again
  }
}

core::Task<Attempt> Consumer::State::dead_letter(const StoredRecord& record, const core::Error& reason) {
  log(telemetry::Level::error, "an event could not be applied and goes to the dead-letter topic", reason);
  auto letter = dead_letters.add(record, reason.message, Deadline::after(call_timeout));
  auto added = co_await std::move(letter);
  if (!added) co_return Attempt{Outcome::unavailable, added.error()};
  const Positions next = positions_after(Records(&record, 1));
  Batch move_on = moving_to(next);
  auto moved = co_await commit(std::move(move_on), next);
  if (moved.outcome == Outcome::done) dead_lettered.Increment();
  co_return moved;
}

core::Task<Attempt> Consumer::State::attempt(Records records) {
  const Positions next = positions_after(records);
  Batch batch = moving_to(next);
  for (const StoredRecord& record : records) {
    if (auto added = add_effect(record, batch); !added) co_return Attempt{Outcome::poisoned, added.error()};
  }
  auto committed = co_await commit(std::move(batch), next);
  if (committed.outcome == Outcome::done) {
    consumed.Increment(static_cast<double>(records.size()));
    const core::Timestamp oldest = std::ranges::min_element(records, {}, &StoredRecord::timestamp)->timestamp;
    const std::chrono::duration<double> age = core::system_clock().now() - oldest;
    lag.Set(age.count());
  }
  co_return committed;
}

/// Adds the effect of one record to the batch. Catches exceptions, because a parser or rule that
/// throws must not end the consumer.
core::Result<> Consumer::State::add_effect(const StoredRecord& record, Batch& batch) const {
  try {
    return apply(record, batch);
  } catch (const std::exception&) {
    return core::fail(core::Errc::internal, "applying the event threw an exception");
  }
}

Batch Consumer::State::moving_to(const Positions& next) const {
  Batch batch;
  for (const auto& [partition, offset] : next) {
    const auto position = positions.find(partition);
    const std::int64_t from = position == positions.end() ? 0 : position->second;
    batch.add(move_position, Params{settings.topic, std::int64_t{partition}, offset, from});
  }
  return batch;
}

core::Task<Attempt> Consumer::State::commit(Batch batch, const Positions& next) {
  auto committed = co_await database.commit(std::move(batch), Deadline::after(call_timeout));
  if (!committed) co_return Attempt{outcome_of(committed.error()), committed.error()};
  for (const auto& [partition, offset] : next) positions[partition] = offset;
  co_return Attempt{};
}

core::Task<core::Result<std::int64_t>> Consumer::State::stored_position(std::int32_t partition) {
  Params params{settings.topic, std::int64_t{partition}};
  auto rows = co_await database.query(select_position, std::move(params), Deadline::after(call_timeout));
  if (!rows) co_return std::unexpected(rows.error());
  positions[partition] = rows->empty() ? 0 : rows->front().integer(0);
  co_return positions[partition];
}

core::Task<core::Result<>> Consumer::State::go_back(std::int32_t partition) {
  auto position = co_await stored_position(partition);
  if (!position) co_return std::unexpected(position.error());
  subscription->resume(partition, *position);
  co_return core::Result<>();
}

void Consumer::State::log(telemetry::Level level, std::string_view message, const core::Error& error) const {
  telemetry::log(level, settings.service, message,
                 {{"topic", std::string_view(settings.topic)}, {"error", std::string_view(error.message)}});
}

Consumer::Consumer(core::TaskHost host, database::Database& database, EventLog& log, ConsumerSettings settings,
                   Apply apply)
    : state_(std::make_shared<State>(database, log, std::move(settings), std::move(apply))),
      task_(std::move(host), "consumer",
            [state = state_](core::TaskControl& control) { return State::run(state, control); }) {}

Consumer::~Consumer() = default;

void Consumer::start() {
  State& state = *state_;
  state.subscription =
      state.event_log.subscribe(state.settings.group, state.settings.topic,
                                [&state](std::int32_t partition) { return state.stored_position(partition); });
  task_.start();
}

core::Task<core::Result<>> Consumer::stop(core::Deadline deadline) {
  task_.request_stop(deadline);  // requested before the poll ends, so that no further poll begins
  boost::asio::co_spawn(task_.io().get_executor(), State::end_poll(state_), boost::asio::detached);
  co_return co_await task_.stop(deadline);
}

}  // namespace pms::messaging
