// A real database and a real log that inject faults on demand, and objects to wait on instead of
// sleeping.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/result.hpp"
#include "core/task.hpp"
#include "database/database.hpp"
#include "messaging/event_log.hpp"

namespace pms::messaging {

/// Counts the steps that have been done, and wakes the threads that wait for a condition.
class Progress {
 public:
  void made();
  /// Checks the condition after each step, for up to ten seconds.
  bool until(const std::function<bool()>& true_now);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t steps_ = 0;
};

/// Blocks every thread that passes it until it is opened.
class Gate {
 public:
  void shut();
  void open();
  void pass();
  bool wait_for_somebody();  ///< false after ten seconds

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool shut_ = false;
  bool somebody_waits_ = false;
};

class FaultyDatabase : public database::Database {
 public:
  FaultyDatabase(database::Database& real, Progress& progress) : real_(real), progress_(progress) {}

  std::atomic<bool> away = false;
  std::atomic<int> answers_to_lose = 0;  ///< how many responses to successful commits to drop
  std::atomic<int> queries = 0;
  std::atomic<int> violations = 0;
  Gate commit_gate;                                     ///< blocks the io thread of the committer
  std::function<bool(const database::Batch&)> refuses;  ///< such a batch fails with unavailable

  core::Result<> migrate(std::span<const database::Migration> migrations) override { return real_.migrate(migrations); }
  core::Task<core::Result<database::Rows>> query(const database::Statement&, database::Params, Deadline) override;
  core::Task<core::Result<database::BatchResult>> commit(database::Batch, Deadline) override;
  core::Task<core::Result<>> ready(Deadline deadline) override { return real_.ready(deadline); }
  std::string_view engine() const override { return real_.engine(); }

 private:
  database::Database& real_;
  Progress& progress_;
};

class FaultyLog : public EventLog {
 public:
  FaultyLog(EventLog& real, Progress& progress) : real_(real), progress_(progress) {}

  std::atomic<bool> away = false;   ///< the log is unavailable for publishing and for reading as a group
  std::atomic<bool> split = false;  ///< every member of a group owns every partition
  std::atomic<int> publishes = 0;
  std::atomic<int> failures = 0;
  Gate publish_gate;  ///< blocks the io thread of the publisher

  core::Task<core::Result<>> ensure_topic(std::string topic, TopicSettings settings) override;
  core::Task<core::Result<>> publish(std::string topic, std::vector<Record>, Deadline) override;
  std::unique_ptr<Subscription> subscribe(std::string group, std::string topic, Position) override;
  core::Task<core::Result<std::vector<StoredRecord>>> read(std::string topic, std::int32_t partition,
                                                           std::int64_t offset, std::size_t limit) override;
  core::Task<core::Result<std::int32_t>> partitions(std::string topic) override;
  core::Task<core::Result<>> delete_expired() override { return real_.delete_expired(); }
  core::Task<core::Result<>> ready(Deadline deadline) override { return real_.ready(deadline); }

 private:
  friend class FaultySubscription;
  core::Error fail();

  EventLog& real_;
  Progress& progress_;
  std::atomic<int> members_ = 0;
};

}  // namespace pms::messaging
