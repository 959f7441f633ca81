// The event log port: topics of partitions, kept for days, read by groups. Engines: embedded/ (a SQLite file); kafka/
// follows. tests/conformance_*_test.cpp say in full what an engine must do.
//
// The log is at least once: a run of events may be there twice. Effects happen once because the consumer keeps its
// position in its own database, in the transaction of the effect (consumer.hpp).
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

/// What is published. Records of one key stay in order and in one partition.
struct Record {
  std::string key;
  std::string value;
  Headers headers;
};

/// What is read.
struct StoredRecord {
  std::string topic;
  std::int32_t partition = 0;
  std::int64_t offset = 0;      ///< from 0, rising within a partition; may have gaps
  core::Timestamp timestamp{};  ///< when the log took it
  Record record;

  std::optional<std::string_view> header(std::string_view name) const;
};

struct TopicSettings {
  std::int32_t partitions = 12;
  std::chrono::hours retention{24 * 7};
};

/// One member of a group that reads a topic. Each partition has one owner at a time as far as the engine knows; two
/// members may both think they own one for a while, and the compare-and-set of consumer.hpp keeps effects single.
/// Used on one io_context by one coroutine at a time; only close() may come while poll() waits. A topic that is not
/// made yet has nothing in it.
class Subscription {
 public:
  virtual ~Subscription() = default;

  /// The next records of the owned partitions, at most `limit`, each partition's in order; waits for them until the
  /// deadline, then returns none. The first read of a newly owned partition starts where `position` (given to
  /// subscribe) says.
  /// Errors: unavailable.
  virtual core::Task<core::Result<std::vector<StoredRecord>>> poll(std::size_t limit, Deadline) = 0;

  /// The next poll of this partition starts at `offset`. An offset beyond the end (the log has lost records) counts as
  /// its start.
  virtual void seek(std::int32_t partition, std::int64_t offset) = 0;

  /// The partitions owned now.
  virtual std::vector<std::int32_t> owned() const = 0;

  /// Leaves the group, so that another member takes over at once. A waiting poll returns none.
  virtual core::Task<void> close() = 0;
};

/// Says where reading a partition starts: the next offset, from the consumer's own database; 0 when it has none.
using Position = std::function<core::Task<core::Result<std::int64_t>>(std::int32_t partition)>;

/// Thread-safe; outlives its subscriptions.
class EventLog {
 public:
  virtual ~EventLog() = default;

  /// Makes the topic if it is not there. Its settings stay as they are if it is.
  virtual core::Task<core::Result<>> ensure_topic(std::string topic, TopicSettings) = 0;

  /// Appends the records in order; when it returns they are durable. On an error any part of them may be in the log:
  /// publish again. Errors: not_found (no such topic), unavailable, deadline_exceeded, storage_full.
  virtual core::Task<core::Result<>> publish(std::string topic, std::vector<Record>, Deadline) = 0;

  /// Joins a group. Blocks for nothing; the first poll does the work.
  virtual std::unique_ptr<Subscription> subscribe(std::string group, std::string topic, Position) = 0;

  /// Reads a partition without a group, from `offset`, at most `limit`, what is there now: for operators
  /// (`pms topics read`) and tests.
  virtual core::Task<core::Result<std::vector<StoredRecord>>> read(std::string topic, std::int32_t partition,
                                                                   std::int64_t offset, std::size_t limit) = 0;
  /// Errors: not_found.
  virtual core::Task<core::Result<std::int32_t>> partitions(std::string topic) = 0;

  /// Answers a trivial read: for /readyz.
  virtual core::Task<core::Result<>> ready(Deadline) = 0;
};

}  // namespace pms::messaging
