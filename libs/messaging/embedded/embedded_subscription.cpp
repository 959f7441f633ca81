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

namespace pms::messaging::embedded {

namespace {

using Records = std::vector<StoredRecord>;

constexpr std::chrono::seconds poll_read_timeout{5};

/// Reads the ends ordered by partition. A waiting reader runs this every few milliseconds, so it is
/// one short point read.
constexpr database::Statement select_ends =
    database::point_read("SELECT next_offset FROM topic_partition WHERE topic_id = $1 ORDER BY partition");

}  // namespace

EmbeddedSubscription::EmbeddedSubscription(EmbeddedLog& log, std::shared_ptr<core::Signal> wake_up, std::string group,
                                           std::string topic, Position position)
    : log_(log),
      wake_up_(std::move(wake_up)),
      topic_(std::move(topic)),
      position_(std::move(position)),
      lease_(log.database(), log.options().clock, log.options().lease, std::move(group)) {}

core::Task<core::Result<Records>> EmbeddedSubscription::poll(std::size_t limit, Deadline deadline) {
  while (!closed_) {
    auto records = co_await records_there(limit);
    if (closed_) {
      co_await give_back();  // the lease may have been acquired after close() checked for one
      break;
    }
    if (!records || !records->empty()) co_return records;
    if (deadline.passed()) break;
    co_await log_.clean_up_when_due();
    co_await wake_up_->wait_until(deadline.at_most(log_.options().look).time());
  }
  co_return Records();
}

core::Task<core::Result<Records>> EmbeddedSubscription::records_there(std::size_t limit) {
  auto topic = co_await log_.find(topic_);
  if (!topic && topic.error().code == core::Errc::not_found) co_return Records();  // not created yet
  if (!topic) co_return std::unexpected(topic.error());
  auto holder = co_await lease_.acquire(topic->id);
  if (!holder) co_return std::unexpected(holder.error());
  if (*holder != GroupLease::Holder::held) next_.clear();
  if (*holder == GroupLease::Holder::other) co_return Records();
  if (auto found = co_await find_positions(topic->partitions); !found) co_return std::unexpected(found.error());

  // The ends are read after the positions, so a position can be beyond its end only if the log lost
  // records.
  database::Params params{topic->id};
  auto ends = co_await log_.database().query(select_ends, std::move(params), Deadline::after(poll_read_timeout));
  if (!ends) co_return std::unexpected(ends.error());
  Records records;
  for (std::int32_t looked = 0; looked < topic->partitions && records.size() < limit; ++looked) {
    const std::int32_t partition = turn_;
    turn_ = (turn_ + 1) % topic->partitions;
    const std::int64_t end = ends->at(static_cast<std::size_t>(partition)).integer(0);
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

core::Task<core::Result<>> EmbeddedSubscription::find_positions(std::int32_t partitions) {
  for (std::int32_t partition = 0; partition < partitions; ++partition) {
    if (next_.contains(partition)) continue;
    auto position = co_await position_(partition);
    if (!position) co_return std::unexpected(position.error());
    next_.emplace(partition, *position);
  }
  co_return core::Result<>();
}

core::Task<core::Result<Records>> EmbeddedSubscription::read(Topic topic, std::int32_t partition, std::int64_t end,
                                                             std::size_t limit) {
  std::int64_t& next = next_.at(partition);
  if (next > end) {
    telemetry::log(telemetry::Level::warning, "event-log",
                   "a group's position is beyond the end of the log, which has lost records: reading from the start",
                   {{"topic", std::string_view(topic_)}, {"partition", std::int64_t{partition}}, {"position", next}});
    next = 0;
  }
  if (next == end) co_return Records();
  auto records = co_await log_.read(topic_, topic, partition, next, limit);
  if (records) next = records->empty() ? end : records->back().offset + 1;
  co_return records;
}

std::vector<std::int32_t> EmbeddedSubscription::owned() const {
  std::vector<std::int32_t> partitions;
  if (lease_.held()) {
    for (const auto& [partition, next] : next_) partitions.push_back(partition);
  }
  return partitions;
}

core::Task<void> EmbeddedSubscription::close() {
  closed_ = true;
  wake_up_->set();
  co_await give_back();
}

core::Task<void> EmbeddedSubscription::give_back() {
  if (!lease_.held()) co_return;
  if (auto given_back = co_await lease_.give_back(); !given_back) {
    telemetry::log(telemetry::Level::warning, "event-log", "a group's lease could not be released; it will expire",
                   {{"topic", std::string_view(topic_)}, {"error", std::string_view(given_back.error().message)}});
  }
  log_.wake_readers(topic_);
}

}  // namespace pms::messaging::embedded
