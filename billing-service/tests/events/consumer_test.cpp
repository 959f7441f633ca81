// Tests the path of events from a real log to real accounts.
#include "messaging/consumer.hpp"

#include <cstddef>
#include <cstdint>
#include <fmt/format.h>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "accounts_fixture.hpp"
#include "core/result.hpp"
#include "events/patient_events.hpp"
#include "messaging/event_log.hpp"
#include "patient/v1/patient_event.pb.h"
#include "runtime/engines.hpp"

namespace pms::billing {
namespace {

class PatientEvents : public BillingAccounts {
 protected:
  void SetUp() override {
    BillingAccounts::SetUp();
    auto opened = runtime::open_event_log("embedded:" + (folder_ / "events.db").string());
    ASSERT_TRUE(opened) << opened.error().message;
    log_ = std::move(*opened);
    ASSERT_TRUE(loop_.run(log_->ensure_topic(std::string(patient_topic), {.partitions = 3})));
  }
  void TearDown() override { stop_consumer(); }

  void start_consumer() {
    messaging::ConsumerSettings settings;
    settings.service = "billing-test";
    settings.group = "billing-service";
    settings.topic = patient_topic;
    settings.first_backoff = 1ms;
    auto apply = [this](const messaging::StoredRecord& stored, database::Batch& batch) {
      BatchedAccountChanges changes(batch);
      return handle_patient_event(stored.record.value, apply_, changes);
    };
    consumer_ = std::make_unique<messaging::Consumer>(loop_.context(), *database_, *log_, settings, apply);
    consumer_->start();
  }
  void stop_consumer() {
    if (consumer_) {
      EXPECT_TRUE(loop_.run(consumer_->stop(soon())));
    }
    consumer_.reset();
  }

  static messaging::Record event(const std::string& patient_id, const std::string& type, std::int64_t version,
                                 const std::string& name) {
    ::patient::v1::PatientEvent event;
    event.set_patientid(patient_id);
    event.set_name(name);
    event.set_email("ada@example.com");
    event.set_event_type(type);
    event.set_version(version);
    return {.key = patient_id, .value = event.SerializeAsString(), .headers = {}};
  }
  void publish(std::vector<messaging::Record> records) {
    const auto published = loop_.run(log_->publish(std::string(patient_topic), std::move(records), soon()));
    ASSERT_TRUE(published) << published.error().message;
  }

  /// Waits until the patient's account has the name.
  bool becomes(const std::string& patient_id, const std::string& name) {
    const Deadline deadline = Deadline::after(20s);
    while (!deadline.passed()) {
      const auto found = loop_.run(find_.of_patient(patient_id, soon()));
      if (found && !found->empty() && found->front().name == name) return true;
    }
    return false;
  }

  std::unique_ptr<messaging::EventLog> log_;
  std::unique_ptr<messaging::Consumer> consumer_;
};

TEST_F(PatientEvents, MakeChangeAndCloseAccounts) {
  start_consumer();
  publish({event("p1", "PATIENT_CREATED", 1, "Ada"), event("p2", "PATIENT_CREATED", 1, "Bo")});
  EXPECT_TRUE(becomes("p1", "Ada"));
  EXPECT_TRUE(becomes("p2", "Bo"));
  publish({event("p1", "PATIENT_UPDATED", 2, "Ada King"), event("p1", "PATIENT_DELETED", 3, "Ada, gone")});
  EXPECT_TRUE(becomes("p1", "Ada, gone"));
  EXPECT_EQ(account_of("p1").status, AccountStatus::closed);
  EXPECT_EQ(account_of("p2").status, AccountStatus::active);
}

TEST_F(PatientEvents, ThatRepeatARunOfTheLogChangeNothing) {
  const std::vector<messaging::Record> run = {event("p1", "PATIENT_CREATED", 1, "Ada"),
                                              event("p1", "PATIENT_UPDATED", 2, "Ada King")};
  publish(run);
  publish(run);
  publish({event("last", "PATIENT_CREATED", 1, "Last"), event("p1", "PATIENT_UPDATED", 3, "Ada Lovelace")});
  start_consumer();
  EXPECT_TRUE(becomes("p1", "Ada Lovelace"));
  EXPECT_TRUE(becomes("last", "Last"));
  EXPECT_EQ(account_of("p1").version, 3);
  EXPECT_EQ(all_accounts().size(), 2U);
}

TEST_F(PatientEvents, ContinueWhereTheLastConsumerStopped) {
  start_consumer();
  publish({event("p1", "PATIENT_CREATED", 0, "Ada")});
  EXPECT_TRUE(becomes("p1", "Ada"));
  stop_consumer();
  publish({event("p1", "PATIENT_UPDATED", 1, "Ada King")});
  start_consumer();
  EXPECT_TRUE(becomes("p1", "Ada King"));
}

TEST_F(PatientEvents, ThatArePoisonedGoToTheDeadLettersAndHoldUpNothing) {
  start_consumer();
  publish({{.key = "p1", .value = "not an event", .headers = {}},
           event("p1", "PATIENT_FORGOTTEN", 1, "Ada"),
           event("p1", "PATIENT_CREATED", 1, "Ada")});
  EXPECT_TRUE(becomes("p1", "Ada"));
  stop_consumer();
  std::size_t dead = 0;
  const std::string topic = "billing-service.patient.dlq";
  const auto partitions = loop_.run(log_->partitions(topic));
  ASSERT_TRUE(partitions) << partitions.error().message;
  for (std::int32_t partition = 0; partition < *partitions; ++partition) {
    const auto records = loop_.run(log_->read(topic, partition, 0, 100));
    ASSERT_TRUE(records);
    for (const auto& stored : *records) EXPECT_FALSE(stored.header("dlq-reason").value_or("").empty());
    dead += records->size();
  }
  EXPECT_EQ(dead, 2U);
}

TEST_F(PatientEvents, AndCallersAtTheSameTimeMakeOneAccountEach) {
  start_consumer();
  std::vector<std::future<core::Result<BillingAccount>>> calls;
  for (int i = 0; i < 100; ++i) {
    const std::string patient_id = fmt::format("p{}", i);
    calls.push_back(loop_.start(create_(new_account(patient_id, "Ada", 1), soon())));
    publish({event(patient_id, "PATIENT_CREATED", 1, "Ada")});
  }
  std::map<std::string, std::string> answered;
  for (auto& call : calls) {
    const auto account = call.get();
    ASSERT_TRUE(account) << account.error().message;
    answered.emplace(account->patient_id, account->id);
  }
  std::vector<messaging::Record> last;
  for (const auto& [patient_id, id] : answered) last.push_back(event(patient_id, "PATIENT_UPDATED", 2, "Last"));
  publish(std::move(last));
  for (const auto& [patient_id, id] : answered) EXPECT_TRUE(becomes(patient_id, "Last"));
  stop_consumer();
  const auto accounts = all_accounts();
  EXPECT_EQ(accounts.size(), 100U);
  for (const auto& [patient_id, id] : answered) EXPECT_EQ(accounts.at(patient_id).id, id);
}

}  // namespace
}  // namespace pms::billing
