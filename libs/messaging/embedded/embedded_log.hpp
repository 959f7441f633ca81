// The event log in a SQLite file, accessed through the database port. A publish wakes readers that
// use the same object at once; readers in other processes poll for new records while they wait.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/signal.hpp"
#include "core/task.hpp"
#include "database/database.hpp"
#include "messaging/event_log.hpp"

namespace pms::messaging::embedded {

struct Options {
  const core::Clock& clock = core::system_clock();
  EventLogOptions log = {};
  std::chrono::milliseconds lease{3'000};  ///< how long a group waits for a reader that has died
  std::chrono::milliseconds look{50};      ///< interval of polling for changes made by other processes
};

core::Result<std::unique_ptr<EventLog>> open(std::string_view path, const Options& = {});

struct Topic {
  std::int64_t id = 0;
  std::int32_t partitions = 0;
  std::int64_t retention_us = 0;
};

class EmbeddedLog : public EventLog {
 public:
  EmbeddedLog(std::unique_ptr<database::Database>, const Options&);

  core::Task<core::Result<>> ensure_topic(std::string topic, TopicSettings) override;
  core::Task<core::Result<>> publish(std::string topic, std::vector<Record>, Deadline) override;
  std::unique_ptr<Subscription> subscribe(std::string group, std::string topic, Position) override;
  core::Task<core::Result<std::vector<StoredRecord>>> read(std::string topic, std::int32_t partition,
                                                           std::int64_t offset, std::size_t limit) override;
  core::Task<core::Result<std::int32_t>> partitions(std::string topic) override;
  core::Task<core::Result<>> delete_expired() override;
  core::Task<core::Result<>> ready(Deadline) override;

  // The following accessors are for the subscriptions of this log.
  const Options& options() const { return options_; }
  database::Database& database() { return *database_; }
  /// Returns the topic. Error: not_found.
  core::Task<core::Result<Topic>> find(const std::string& topic);
  core::Task<core::Result<std::vector<StoredRecord>>> read(const std::string& name, Topic, std::int32_t partition,
                                                           std::int64_t offset, std::size_t limit);
  /// Wakes every subscription of the topic, because there are new records or a group has become
  /// free.
  void wake_readers(const std::string& topic);

 private:
  core::Task<core::Result<>> create(const std::string& topic, const TopicSettings&);
  core::Task<core::Result<>> set_retention(const std::string& topic, const TopicSettings&);
  core::Task<core::Result<>> delete_expired(Topic);

  std::unique_ptr<database::Database> database_;
  Options options_;
  std::mutex mutex_;
  std::map<std::string, Topic> topics_;  // topics that were looked up
  std::multimap<std::string, std::weak_ptr<core::Signal>> readers_;
};

}  // namespace pms::messaging::embedded
