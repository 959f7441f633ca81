#include "conformance.hpp"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <cstddef>
#include <cstdint>

#include "core/result.hpp"
#include "core/task.hpp"
#include "messaging/embedded/embedded_log.hpp"
#include "testkit/temporary_folder.hpp"

namespace pms::messaging {
namespace {

using namespace std::chrono_literals;

class EmbeddedPlace : public Place {
 public:
  core::Result<std::unique_ptr<EventLog>> open() const override {
    return embedded::open((folder_ / "events.db").string());
  }

 private:
  testkit::TemporaryFolder folder_;
};

core::Task<core::Result<std::int64_t>> at_once(std::int64_t position) { co_return position; }

}  // namespace

Engine embedded_engine() {
  return {.name = "embedded",
          .make_place = []() -> std::unique_ptr<Place> { return std::make_unique<EmbeddedPlace>(); }};
}

INSTANTIATE_TEST_SUITE_P(Engines, EventLogConformance, testing::Values(embedded_engine()),
                         [](const auto& engine) { return engine.param.name; });

void halt(testkit::TestLoop& loop) {
  boost::asio::post(loop.context(), boost::asio::use_future([&loop] { loop.context().stop(); })).get();
}

Position starts_at(std::map<std::int32_t, std::int64_t> positions) {
  return [positions = std::move(positions)](std::int32_t partition) {
    const auto known = positions.find(partition);
    return at_once(known == positions.end() ? 0 : known->second);
  };
}

void EventLogConformance::SetUp() {
  place_ = GetParam().make_place();
  log_ = open_again();
  ASSERT_TRUE(loop_.run(log_->ensure_topic("patient", TopicSettings())));
}

std::unique_ptr<EventLog> EventLogConformance::open_again() {
  auto opened = place_->open();
  if (!opened) throw std::runtime_error(opened.error().message);
  return std::move(*opened);
}

void EventLogConformance::publish(EventLog& log, std::vector<Record> records, const std::string& topic) {
  auto published = loop_.run(log.publish(topic, std::move(records), Deadline::after(10s)));
  ASSERT_TRUE(published) << published.error().message;
}

std::unique_ptr<Subscription> EventLogConformance::join(const std::string& group, Position position) {
  return log().subscribe(group, "patient", std::move(position));
}

std::vector<StoredRecord> EventLogConformance::take(Subscription& subscription, std::size_t count) {
  std::vector<StoredRecord> taken;
  const auto deadline = Deadline::after(10s);
  while (taken.size() < count && !deadline.passed()) {
    auto polled = loop_.run(subscription.poll(500, deadline));
    if (!polled) throw std::runtime_error(polled.error().message);
    resume_behind(subscription, *polled);
    std::ranges::move(*polled, std::back_inserter(taken));
  }
  return taken;
}

std::vector<StoredRecord> EventLogConformance::all(const std::string& topic) {
  std::vector<StoredRecord> there;
  const std::int32_t partitions = loop_.run(log().partitions(topic)).value();
  for (std::int32_t partition = 0; partition < partitions; ++partition) {
    auto read = loop_.run(log().read(topic, partition, 0, 100'000)).value();
    std::ranges::move(read, std::back_inserter(there));
  }
  return there;
}

void resume_behind(Subscription& subscription, const std::vector<StoredRecord>& records) {
  for (const StoredRecord& stored : records) subscription.resume(stored.partition, stored.offset + 1);
}

Record record(std::string key, std::string value) {
  return {.key = std::move(key), .value = std::move(value), .headers = {}};
}

std::vector<Record> records(const std::string& key, int count) {
  std::vector<Record> made;
  for (int number = 0; number < count; ++number) made.push_back(record(key, key + std::to_string(number)));
  return made;
}

std::vector<std::string> values(const std::vector<StoredRecord>& records) {
  std::vector<std::string> values;
  for (const StoredRecord& stored : records) values.push_back(stored.record.value);
  return values;
}

}  // namespace pms::messaging
