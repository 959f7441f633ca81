// The event log port: topics of partitions, retained for days and read by groups. The only engine
// so far is embedded/ (a SQLite file); kafka/ will follow. tests/conformance_*_test.cpp specify in
// full what an engine must do.
//
// The log delivers at least once: a run of events may occur twice. Effects happen once because the
// consumer stores its position in its own database, in the same transaction as the effect
// (consumer.hpp).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/clock.hpp"
#include "core/deadline.hpp"
#include "core/result.hpp"
#include "core/task.hpp"

namespace pms::messaging {

using core::Deadline;
using Headers = std::vector<std::pair<std::string, std::string>>;

/// A record to publish. Records with the same key stay in order and in one partition.
struct Record {
  std::string key;
  std::string value;
  Headers headers;
};

/// A record as it is read from the log.
struct StoredRecord {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;      ///< from 0, increasing within a partition; may have gaps
  core::Timestamp timestamp{};  ///< when the log accepted the record
  Record record;

  std::optional<std::string_view> header(std::string_view name) const;
};

struct TopicSettings {
  std::int32_t partitions = 12;
  std::chrono::milliseconds retention = std::chrono::days(7);  ///< of records that every known group has read
};

struct EventLogOptions {
  /// A group none of whose members has polled for this long is forgotten: records are no longer
  /// kept for it.
  std::chrono::milliseconds forget_groups_after = std::chrono::days(30);
};

/// One member of a group that reads a topic. As far as the engine knows, each partition has one
/// owner at a time. Two members may both believe that they own a partition for a while; the
/// compare-and-set of consumer.hpp ensures that effects still happen once. A subscription is used
/// on one io_context by one coroutine at a time; only resume() and close() may be called while
/// poll() waits. A topic that has not been created yet contains no records.
class Subscription {
 public:
  virtual ~Subscription() = default;

  /// Returns the next records of the owned partitions, at most `limit`, in order within each
  /// partition. A partition whose records were returned is in hand: later polls leave it out until
  /// resume(). Waits for records until the deadline, then returns none. The first read of a newly
  /// owned partition starts at the offset that `position` (passed to subscribe) returns. If the
  /// records from there on were deleted before the group read them, the log counts them as missed
  /// and logs an error. Errors: unavailable.
  virtual core::Task<core::Result<std::vector<StoredRecord>>> poll(std::size_t limit, Deadline) = 0;

  /// Ends the work on the records of a partition in hand. The next poll reads it from `offset`,
  /// which is the group's stored position: the log keeps the records from there on for the group.
  /// An offset beyond the end (the log has lost records) counts as the start of the partition.
  virtual void resume(std::int32_t partition, std::int64_t offset) = 0;

  /// Returns the partitions that are owned now.
  virtual std::vector<std::int32_t> owned() const = 0;

  /// Leaves the group, so that another member can take over at once. A poll that is waiting returns
  /// no records.
  virtual core::Task<void> close() = 0;
};

/// Returns where reading a partition starts: the next offset according to the consumer's own
/// database, or 0 if it has none.
using Position = std::function<core::Task<core::Result<std::int64_t>>(std::int32_t partition)>;

/// The event log. It is thread-safe and must outlive its subscriptions.
class EventLog {
 public:
  virtual ~EventLog() = default;

  /// Creates the topic if it does not exist, and otherwise sets its retention. The number of
  /// partitions of an existing topic does not change.
  virtual core::Task<core::Result<>> ensure_topic(std::string topic, TopicSettings) = 0;

  /// Appends the records in order. They are durable when it returns. After an error any part of
  /// them may be in the log, and the caller publishes them again. Errors: not_found (no such
  /// topic), unavailable, deadline_exceeded, storage_full.
  virtual core::Task<core::Result<>> publish(std::string topic, std::vector<Record>, Deadline) = 0;

  /// Joins a group. It never blocks; the first poll does the work.
  virtual std::unique_ptr<Subscription> subscribe(std::string group, std::string topic, Position) = 0;

  /// Reads the records that a partition contains now, without a group: at most `limit` from
  /// `offset`. It is for operators (`pms topics read`) and tests.
  virtual core::Task<core::Result<std::vector<StoredRecord>>> read(std::string topic, std::int32_t partition,
                                                                   std::int64_t offset, std::size_t limit) = 0;
  /// Returns the number of partitions of the topic. Error: not_found.
  virtual core::Task<core::Result<std::int32_t>> partitions(std::string topic) = 0;

  /// Deletes the records that are older than their topic's retention and that every known group has
  /// read, for housekeeping. A group is known from its first poll until it is forgotten
  /// (EventLogOptions).
  virtual core::Task<core::Result<>> delete_expired() = 0;

  /// Checks that the log answers a trivial read, for /readyz.
  virtual core::Task<core::Result<>> ready(Deadline) = 0;
};

}  // namespace pms::messaging
