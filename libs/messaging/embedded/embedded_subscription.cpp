#include "messaging/embedded/embedded_subscription.hpp"

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <string_view>

#include "core/result.hpp"
#include "core/signal.hpp"
#include "core/task.hpp"
#include "telemetry/log.hpp"
#include "telemetry/metrics.hpp"

namespace pms::messaging::embedded {

namespace {

using Records = std::vector<StoredRecord>;

constexpr std::chrono::seconds poll_read_timeout{5};

/// Reads the ends ordered by partition. A waiting reader runs this every few milliseconds, so it is
/// one short point read.
constexpr database::Statement select_ends =
    database::point_read("SELECT next_offset FROM topic_partition WHERE topic_id = $1 ORDER BY partition");

}  // namespace

EmbeddedSubscription::EmbeddedSubscription(EmbeddedLog& log, std::shared_ptr<core::Signal> wake_up,
                                           const std::string& group, std::string topic, Position position)
    : log_(log),
      wake_up_(std::move(wake_up)),
      group_(group),
      topic_(std::move(topic)),
      position_(std::move(position)),
      lease_(log.database(), log.options().clock, log.options().lease, group),
      positions_(log.database(), log.options().clock, group),
      missed_(telemetry::counter("messaging_records_missed_total",
                                 "Records that were deleted before the group read them",
                                 {{"group", group}, {"topic", topic_}})) {}

core::Task<core::Result<Records>> EmbeddedSubscription::poll(std::size_t limit, Deadline deadline) {
  while (!closed_) {
    auto records = co_await records_there(limit);
    if (closed_) {
      co_await give_back();  // the lease may have been acquired after close() checked for one
      break;
    }
    if (!records || !records->empty()) co_return records;
    if (deadline.passed()) break;
    co_await wake_up_->wait_until(deadline.at_most(log_.options().look).time());
  }
  co_return Records();
}

core::Task<core::Result<Records>> EmbeddedSubscription::records_there(std::size_t limit) {
  auto topic = co_await log_.find(topic_);
  if (!topic && topic.error().code == core::Errc::not_found) co_return Records();  // not created yet
  if (!topic) co_return std::unexpected(topic.error());
  partitions_.resize(static_cast<std::size_t>(topic->partitions));
  auto holder = co_await lease_.acquire(topic->id);
  if (!holder) co_return std::unexpected(holder.error());
  if (*holder != GroupLease::Holder::held) forget_positions();
  if (*holder == GroupLease::Holder::other) co_return Records();
  if (auto found = co_await find_positions(); !found) co_return std::unexpected(found.error());
  co_await store_positions(topic->id);

  // The ends are read after the positions, so a position can be beyond its end only if the log lost
  // records.
  auto now = co_await ends(topic->id);
  if (!now) co_return std::unexpected(now.error());
  Records records;
  for (std::int32_t looked = 0; looked < topic->partitions && records.size() < limit; ++looked) {
    const std::int32_t partition = turn_;
    turn_ = (turn_ + 1) % topic->partitions;
    const std::int64_t end = now->at(static_cast<std::size_t>(partition));
    auto next = co_await read(*topic, partition, end, limit - records.size());
    if (!next && records.empty()) co_return next;
    if (!next) {  // returns the records read so far; the next poll starts here and returns the error
      turn_ = partition;
      break;
    }
    std::ranges::move(*next, std::back_inserter(records));
  }
  co_return records;
}

core::Task<core::Result<EmbeddedSubscription::Ends>> EmbeddedSubscription::ends(std::int64_t topic_id) {
  database::Params params{topic_id};
  auto rows = co_await log_.database().query(select_ends, std::move(params), Deadline::after(poll_read_timeout));
  if (!rows) co_return std::unexpected(rows.error());
  Ends ends;
  for (const database::Row& row : *rows) ends.push_back(row.integer(0));
  co_return ends;
}

/// Asks for the positions that are not known. A partition in hand gets its position from resume().
core::Task<core::Result<>> EmbeddedSubscription::find_positions() {
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    if (partitions_[i].next || partitions_[i].in_hand) continue;
    const auto partition = static_cast<std::int32_t>(i);
    auto position = co_await position_(partition);
    if (!position) co_return std::unexpected(position.error());
    partitions_[i].next = *position;
    positions_.set(partition, *position);
  }
  co_return core::Result<>();
}

void EmbeddedSubscription::forget_positions() {
  for (Partition& partition : partitions_) partition.next.reset();
}

core::Task<core::Result<Records>> EmbeddedSubscription::read(Topic topic, std::int32_t number, std::int64_t end,
                                                             std::size_t limit) {
  Partition& partition = partitions_.at(static_cast<std::size_t>(number));
  if (partition.in_hand || !partition.next) co_return Records();
  std::int64_t next = *partition.next;
  if (next > end) {
    telemetry::log(telemetry::Level::warning, "event-log",
                   "a group's position is beyond the end of the log, which has lost records: reading from the start",
                   {{"topic", std::string_view(topic_)}, {"partition", std::int64_t{number}}, {"position", next}});
    next = 0;
    partition.next = next;
    partition.missed_until = 0;
    positions_.set(number, next);
  }
  if (next == end) co_return Records();
  auto records = co_await log_.read(topic_, topic, number, next, limit);
  if (!records) co_return records;
  const std::int64_t first = records->empty() ? end : records->front().offset;
  if (first > next) count_missed(number, next, first);
  partition.next = records->empty() ? end : records->back().offset + 1;
  partition.in_hand = !records->empty();
  co_return records;
}

/// Counts records that were deleted unread, once each.
void EmbeddedSubscription::count_missed(std::int32_t number, std::int64_t from, std::int64_t to) {
  Partition& partition = partitions_.at(static_cast<std::size_t>(number));
  from = std::max(from, partition.missed_until);
  if (from >= to) return;
  partition.missed_until = to;
  missed_.Increment(static_cast<double>(to - from));
  telemetry::log(telemetry::Level::error, "event-log", "records were deleted before the group read them",
                 {{"group", std::string_view(group_)},
                  {"topic", std::string_view(topic_)},
                  {"partition", std::int64_t{number}},
                  {"first_offset", from},
                  {"count", to - from}});
}

void EmbeddedSubscription::resume(std::int32_t number, std::int64_t offset) {
  Partition& partition = partitions_.at(static_cast<std::size_t>(number));
  partition.next = offset;
  partition.in_hand = false;
  positions_.set(number, offset);
  wake_up_->set();
}

std::vector<std::int32_t> EmbeddedSubscription::owned() const {
  std::vector<std::int32_t> partitions;
  if (!lease_.held()) return partitions;
  for (std::size_t i = 0; i < partitions_.size(); ++i) {
    if (partitions_[i].next) partitions.push_back(static_cast<std::int32_t>(i));
  }
  return partitions;
}

core::Task<void> EmbeddedSubscription::close() {
  closed_ = true;
  wake_up_->set();
  co_await give_back();
}

core::Task<void> EmbeddedSubscription::store_positions(std::int64_t topic_id) {
  if (auto stored = co_await positions_.store_when_due(topic_id); !stored) {
    telemetry::log(telemetry::Level::warning, "event-log",
                   "a group's position could not be stored; records are kept for it longer",
                   {{"group", std::string_view(group_)}, {"error", std::string_view(stored.error().message)}});
  }
}

core::Task<void> EmbeddedSubscription::give_back() {
  if (!lease_.held()) co_return;
  (void)co_await positions_.store_changes();  // otherwise records are kept longer, until the next member has polled
  if (auto given_back = co_await lease_.give_back(); !given_back) {
    telemetry::log(telemetry::Level::warning, "event-log", "a group's lease could not be released; it will expire",
                   {{"topic", std::string_view(topic_)}, {"error", std::string_view(given_back.error().message)}});
  }
  log_.wake_readers(topic_);
}

}  // namespace pms::messaging::embedded
