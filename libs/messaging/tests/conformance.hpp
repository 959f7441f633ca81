// The requirements for every engine, as tests that run on each: conformance_*_test.cpp. A new
// engine needs one more line in conformance.cpp.
#pragma once

#include <cstddef>
#include <cstdint>
#include <gtest/gtest.h>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/result.hpp"
#include "messaging/event_log.hpp"
#include "testkit/run_task.hpp"

namespace pms::messaging {

/// The location of one new log, which the destructor removes.
class Place {
 public:
  virtual ~Place() = default;
  /// Opens the log, and creates it if it does not exist.
  virtual core::Result<std::unique_ptr<EventLog>> open() const = 0;
};

struct Engine {
  std::string name;
  std::unique_ptr<Place> (*make_place)();
};

Engine embedded_engine();

/// Stops the loop, so that objects that its coroutines use may be destroyed.
void halt(testkit::TestLoop&);

/// Returns the position of a consumer whose database contains these positions; it is 0 for other
/// partitions.
Position starts_at(std::map<std::int32_t, std::int64_t> positions = {});

/// A fixture whose log contains the topic `patient` with 12 partitions.
class EventLogConformance : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override;
  void TearDown() override { halt(loop_); }

  EventLog& log() { return *log_; }
  /// Opens another object on the same log, which sees it as another process does.
  std::unique_ptr<EventLog> open_again();
  testkit::TestLoop& loop() { return loop_; }

  void publish(std::vector<Record> records, const std::string& topic = "patient") { publish(log(), records, topic); }
  void publish(EventLog&, std::vector<Record> records, const std::string& topic = "patient");
  std::unique_ptr<Subscription> join(const std::string& group, Position = starts_at());
  /// Polls until it has read `count` records, or ten seconds have passed. Resumes after them.
  std::vector<StoredRecord> take(Subscription&, std::size_t count);
  void close(Subscription& subscription) { loop_.run(subscription.close()); }
  /// Returns all records of the topic, by partition.
  std::vector<StoredRecord> all(const std::string& topic = "patient");

  testkit::TestLoop loop_;  // first: engines post to it until they are destroyed
  std::unique_ptr<Place> place_;
  std::unique_ptr<EventLog> log_;
};

/// Resumes every partition after the records, as a consumer does once it has applied them.
void resume_behind(Subscription&, const std::vector<StoredRecord>&);

/// Returns a record without headers.
Record record(std::string key, std::string value);
std::vector<Record> records(const std::string& key, int count);
std::vector<std::string> values(const std::vector<StoredRecord>&);

}  // namespace pms::messaging
