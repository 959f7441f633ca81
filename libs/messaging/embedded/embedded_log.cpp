#include "messaging/embedded/embedded_log.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/format.h>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/columns.hpp"
#include "database/sqlite/sqlite_database.hpp"
#include "messaging/embedded/embedded_subscription.hpp"
#include "messaging/embedded/header_codec.hpp"
#include "messaging/partition.hpp"
#include "migrations.hpp"

namespace pms::messaging::embedded {

namespace {

using database::Blob;
using database::Params;
using database::Statement;

constexpr std::chrono::seconds database_deadline{5};

constexpr Statement insert_topic{R"(
  INSERT INTO topic (name, partitions, retention_us) VALUES ($1, $2, $3) ON CONFLICT (name) DO NOTHING)"};

constexpr Statement insert_partitions{R"(
  INSERT INTO topic_partition (topic_id, partition, next_offset)
  WITH RECURSIVE number (n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM number WHERE n < $2 - 1)
  SELECT topic.id, number.n, 0 FROM topic, number WHERE topic.name = $1 AND number.n < topic.partitions
  ON CONFLICT (topic_id, partition) DO NOTHING)"};

constexpr Statement select_topic =
    database::point_read("SELECT id, partitions, retention_us FROM topic WHERE name = $1");

constexpr Statement update_retention{"UPDATE topic SET retention_us = $2 WHERE name = $1"};

constexpr Statement take_offsets{R"(
  UPDATE topic_partition SET next_offset = next_offset + $3 WHERE topic_id = $1 AND partition = $2)"};

/// Inserts a record. $3 is how many records before the partition's new end it is placed.
constexpr Statement insert_record{R"(
  INSERT INTO record (topic_id, partition, record_offset, timestamp, key, headers, value)
  SELECT topic_id, partition, next_offset - $3, $4, $5, $6, $7 FROM topic_partition
  WHERE topic_id = $1 AND partition = $2)"};

constexpr Statement select_records{R"(
  SELECT record_offset, timestamp, key, headers, value FROM record
  WHERE topic_id = $1 AND partition = $2 AND record_offset >= $3 ORDER BY record_offset LIMIT $4)"};

constexpr Statement select_topics{"SELECT id, partitions, retention_us FROM topic"};

/// One statement examines at most this many of the oldest records, of one partition only, so that
/// it releases the writer soon.
constexpr std::int64_t max_records_examined = 1'000;

/// $4 is the oldest time that is kept, $5 the time since which a known group was seen.
constexpr Statement delete_expired_records{R"(
  DELETE FROM record WHERE topic_id = $1 AND partition = $2
  AND record_offset IN (
    SELECT record_offset FROM (
      SELECT record_offset, timestamp FROM record WHERE topic_id = $1 AND partition = $2
      ORDER BY record_offset LIMIT $3) AS oldest
    WHERE timestamp < $4)
  AND NOT EXISTS (
    SELECT 1 FROM group_position WHERE group_position.topic_id = $1 AND group_position.partition = $2
    AND group_position.next_offset <= record.record_offset AND group_position.seen_at >= $5))"};

Topic topic_of(const database::Row& row) {
  return {
      .id = row.integer(0), .partitions = static_cast<std::int32_t>(row.integer(1)), .retention_us = row.integer(2)};
}

std::int64_t microseconds(std::chrono::milliseconds span) { return std::chrono::microseconds(span).count(); }

database::Batch append(Topic topic, std::vector<Record> records, core::Timestamp now) {
  std::map<std::int32_t, std::vector<Record*>> by_partition;
  for (Record& record : records) by_partition[partition_of(record.key, topic.partitions)].push_back(&record);
  database::Batch batch;
  for (auto& [partition, group] : by_partition) {
    auto left = static_cast<std::int64_t>(group.size());
    batch.add(take_offsets, Params{topic.id, std::int64_t{partition}, left});
    for (Record* record : group) {
      batch.add(insert_record, Params{topic.id, std::int64_t{partition}, left--, database::to_column(now),
                                      Blob{std::move(record->key)}, Blob{encode_headers(record->headers)},
                                      Blob{std::move(record->value)}});
    }
  }
  return batch;
}

}  // namespace

core::Result<std::unique_ptr<EventLog>> open(std::string_view path, const Options& options) {
  database::Options database_options;
  database_options.service = "event-log";
  auto opened = database::sqlite::open(path, database_options);
  if (!opened) return std::unexpected(opened.error());
  if (auto migrated = (*opened)->migrate(migrations()); !migrated) return std::unexpected(migrated.error());
  return std::make_unique<EmbeddedLog>(std::move(*opened), options);
}

EmbeddedLog::EmbeddedLog(std::unique_ptr<database::Database> database, const Options& options)
    : database_(std::move(database)), options_(options) {}

core::Task<core::Result<>> EmbeddedLog::ensure_topic(std::string topic, TopicSettings settings) {
  if (topic.empty()) co_return core::fail_field("topic", "must not be empty");
  if (settings.partitions < 1) co_return core::fail_field("partitions", "must be at least 1");
  auto found = co_await find(topic);
  if (!found && found.error().code != core::Errc::not_found) co_return std::unexpected(found.error());
  if (!found) co_return co_await create(topic, settings);
  if (found->retention_us != microseconds(settings.retention)) co_return co_await set_retention(topic, settings);
  co_return core::Result<>();
}

core::Task<core::Result<>> EmbeddedLog::create(const std::string& topic, const TopicSettings& settings) {
  const std::int64_t partitions = settings.partitions;
  database::Batch batch;
  batch.add(insert_topic, Params{topic, partitions, microseconds(settings.retention)});
  batch.add(insert_partitions, Params{topic, partitions});
  auto created = co_await database_->commit(std::move(batch), Deadline::after(database_deadline));
  if (!created) co_return std::unexpected(created.error());
  co_return core::Result<>();
}

core::Task<core::Result<>> EmbeddedLog::set_retention(const std::string& topic, const TopicSettings& settings) {
  database::Batch batch;
  batch.add(update_retention, Params{topic, microseconds(settings.retention)});
  auto updated = co_await database_->commit(std::move(batch), Deadline::after(database_deadline));
  if (!updated) co_return std::unexpected(updated.error());
  std::lock_guard lock(mutex_);
  topics_.erase(topic);
  co_return core::Result<>();
}

core::Task<core::Result<>> EmbeddedLog::publish(std::string topic, std::vector<Record> records, Deadline deadline) {
  auto found = co_await find(topic);
  if (!found) co_return std::unexpected(found.error());
  if (records.empty()) co_return core::Result<>();
  auto batch = append(*found, std::move(records), options_.clock.now());
  auto published = co_await database_->commit(std::move(batch), deadline);
  if (!published) co_return std::unexpected(published.error());
  wake_readers(topic);
  co_return core::Result<>();
}

std::unique_ptr<Subscription> EmbeddedLog::subscribe(std::string group, std::string topic, Position position) {
  auto wake_up = std::make_shared<core::Signal>();
  {
    std::lock_guard lock(mutex_);
    readers_.emplace(topic, wake_up);
  }
  return std::make_unique<EmbeddedSubscription>(*this, std::move(wake_up), std::move(group), std::move(topic),
                                                std::move(position));
}

core::Task<core::Result<std::vector<StoredRecord>>> EmbeddedLog::read(std::string topic, std::int32_t partition,
                                                                      std::int64_t offset, std::size_t limit) {
  auto found = co_await find(topic);
  if (!found) co_return std::unexpected(found.error());
  if (partition < 0 || partition >= found->partitions) {
    co_return core::fail(core::Errc::not_found,
                         fmt::format("topic '{}' has partitions 0 to {}", topic, found->partitions - 1));
  }
  co_return co_await read(topic, *found, partition, offset, limit);
}

core::Task<core::Result<std::int32_t>> EmbeddedLog::partitions(std::string topic) {
  auto found = co_await find(topic);
  if (!found) co_return std::unexpected(found.error());
  co_return found->partitions;
}

core::Task<core::Result<>> EmbeddedLog::ready(Deadline deadline) { return database_->ready(deadline); }

core::Task<core::Result<Topic>> EmbeddedLog::find(const std::string& topic) {
  {
    std::lock_guard lock(mutex_);
    if (auto known = topics_.find(topic); known != topics_.end()) co_return known->second;
  }
  Params params{topic};
  auto rows = co_await database_->query(select_topic, std::move(params), Deadline::after(database_deadline));
  if (!rows) co_return std::unexpected(rows.error());
  if (rows->empty()) co_return core::fail(core::Errc::not_found, fmt::format("no such topic: '{}'", topic));
  const Topic found = topic_of(rows->front());
  std::lock_guard lock(mutex_);
  topics_.emplace(topic, found);
  co_return found;
}

core::Task<core::Result<std::vector<StoredRecord>>> EmbeddedLog::read(const std::string& name, Topic topic,
                                                                      std::int32_t partition, std::int64_t offset,
                                                                      std::size_t limit) {
  Params params{topic.id, std::int64_t{partition}, offset, static_cast<std::int64_t>(limit)};
  auto rows = co_await database_->query(select_records, std::move(params), Deadline::after(database_deadline));
  if (!rows) co_return std::unexpected(rows.error());
  std::vector<StoredRecord> records;
  records.reserve(rows->size());
  for (const database::Row& row : *rows) {
    auto headers = decode_headers(row.blob(3));
    if (!headers) {
      co_return core::fail(core::Errc::internal,
                           fmt::format("topic '{}', partition {}, offset {}: the headers are truncated", name,
                                       partition, row.integer(0)));
    }
    records.push_back({.topic = name,
                       .partition = partition,
                       .offset = row.integer(0),
                       .timestamp = row.time(1),
                       .record = {.key = row.blob(2), .value = row.blob(4), .headers = std::move(*headers)}});
  }
  co_return records;
}

void EmbeddedLog::wake_readers(const std::string& topic) {
  std::lock_guard lock(mutex_);
  auto [reader, end] = readers_.equal_range(topic);
  while (reader != end) {
    if (auto wake_up = reader->second.lock()) {
      wake_up->set();
      ++reader;
    } else {
      reader = readers_.erase(reader);
    }
  }
}

core::Task<core::Result<>> EmbeddedLog::delete_expired() {
  Params none;
  auto topics = co_await database_->query(select_topics, std::move(none), Deadline::after(database_deadline));
  if (!topics) co_return std::unexpected(topics.error());
  for (const database::Row& row : *topics) {
    if (auto deleted = co_await delete_expired(topic_of(row)); !deleted) co_return deleted;
  }
  co_return core::Result<>();
}

core::Task<core::Result<>> EmbeddedLog::delete_expired(Topic topic) {
  const core::Timestamp now = options_.clock.now();
  const core::Timestamp oldest_kept = now - std::chrono::microseconds(topic.retention_us);
  const core::Timestamp seen_since = now - options_.log.forget_groups_after;
  for (std::int64_t partition = 0; partition < topic.partitions;) {
    database::Batch batch;
    batch.add(delete_expired_records, Params{topic.id, partition, max_records_examined,
                                             database::to_column(oldest_kept), database::to_column(seen_since)});
    auto deleted = co_await database_->commit(std::move(batch), Deadline::after(database_deadline));
    if (!deleted) co_return std::unexpected(deleted.error());
    if (deleted->front().rows_affected < max_records_examined) ++partition;
  }
  co_return core::Result<>();
}

}  // namespace pms::messaging::embedded
