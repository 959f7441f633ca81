// What every engine must do, as tests that run on each: conformance_*_test.cpp. A new engine is one more line in
// conformance.cpp.
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

/// A place for one new log, gone with the object.
class Place {
 public:
  virtual ~Place() = default;
  /// Opens the log, and creates it the first time.
  virtual core::Result<std::unique_ptr<EventLog>> open() const = 0;
};

struct Engine {
  std::string name;
  std::unique_ptr<Place> (*make_place)();
};

Engine embedded_engine();

/// The loop does nothing more: what its coroutines use may go.
void halt(testkit::TestLoop&);

/// Position of a consumer whose database says this; 0 for partitions that are not named.
Position starts_at(std::map<std::int32_t, std::int64_t> positions = {});

/// Topic `patient` is there, with 12 partitions.
class EventLogConformance : public testing::TestWithParam<Engine> {
 protected:
  void SetUp() override;
  void TearDown() override { halt(loop_); }

  EventLog& log() { return *log_; }
  /// Another object on the same log: as another process sees it.
  std::unique_ptr<EventLog> open_again();
  testkit::TestLoop& loop() { return loop_; }

  void publish(std::vector<Record> records, const std::string& topic = "patient") { publish(log(), records, topic); }
  void publish(EventLog&, std::vector<Record> records, const std::string& topic = "patient");
  std::unique_ptr<Subscription> join(const std::string& group, Position = starts_at());
  /// Polls until there are so many records, or ten seconds have passed.
  std::vector<StoredRecord> take(Subscription&, std::size_t count);
  void close(Subscription& subscription) { loop_.run(subscription.close()); }
  /// Everything in the topic, by partition.
  std::vector<StoredRecord> all(const std::string& topic = "patient");

  testkit::TestLoop loop_;  // first: engines post to it until they are gone
  std::unique_ptr<Place> place_;
  std::unique_ptr<EventLog> log_;
};

/// One record without headers.
Record record(std::string key, std::string value);
std::vector<Record> records(const std::string& key, int count);
std::vector<std::string> values(const std::vector<StoredRecord>&);

}  // namespace pms::messaging
