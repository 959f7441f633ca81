#include "events/patient_events.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/time.hpp"
#include "core/uuid.hpp"
#include "patient/v1/patient_event.pb.h"
#include "storage/patient_store.hpp"

namespace pms::patient {
namespace {

class PatientEvents : public PatientStore {
 protected:
  /// The pending rows of the key's outbox partition.
  database::Rows pending(const std::string& key) {
    return rows(source_.pending, {std::int64_t{messaging::outbox_partition(key)}, std::int64_t{10}});
  }

  const messaging::OutboxSource source_ = patient_events();
};

std::string header(const messaging::Record& record, std::string_view name) {
  for (const auto& [key, value] : record.headers)
    if (key == name) return value;
  return "";
}

TEST_F(PatientEvents, TellOfTheVersionThatTheChangeMade) {
  const Patient ana = patient("Ana Ë", "ana@example.com");
  ASSERT_TRUE(add(ana));
  const auto found = pending(ana.id);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].text(1), ana.id);

  const auto record = source_.encode(found[0]).value();
  EXPECT_EQ(record.key, ana.id);
  ::patient::v1::PatientEvent event;
  ASSERT_TRUE(event.ParseFromString(record.value));
  EXPECT_EQ(event.patientid(), ana.id);
  EXPECT_EQ(event.name(), "Ana Ë");
  EXPECT_EQ(event.email(), "ana@example.com");
  EXPECT_EQ(event.event_type(), "PATIENT_CREATED");
  EXPECT_TRUE(core::parse_uuid(event.event_id()));
  EXPECT_EQ(event.occurred_at().seconds(), 1'767'268'800);
  EXPECT_EQ(event.occurred_at().nanos(), 0);
  EXPECT_EQ(event.version(), 1);
  EXPECT_EQ(event.date_of_birth(), "1985-06-15");
  EXPECT_EQ(event.registered_date(), "2026-01-01");
  EXPECT_EQ(event.actor_id(), "user-1");
}

TEST_F(PatientEvents, TellOfEachChangeInItsOrder) {
  const Patient ana = patient("Ana", "ana@example.com");
  ASSERT_TRUE(add(ana));
  ASSERT_TRUE(update(ana.id, {.name = "Ana Lovelace"}));
  ASSERT_TRUE(remove(ana.id));
  const auto found = pending(ana.id);
  ASSERT_EQ(found.size(), 3U);
  const std::vector<std::string> types = {"PATIENT_CREATED", "PATIENT_UPDATED", "PATIENT_DELETED"};
  const std::vector<std::string> names = {"Ana", "Ana Lovelace", "Ana Lovelace"};
  for (std::size_t i = 0; i < found.size(); ++i) {
    const auto record = source_.encode(found[i]).value();
    ::patient::v1::PatientEvent event;
    ASSERT_TRUE(event.ParseFromString(record.value));
    EXPECT_EQ(event.event_type(), types[i]);
    EXPECT_EQ(header(record, "ce_type"), types[i]);
    EXPECT_EQ(event.version(), static_cast<std::int64_t>(i) + 1);
    EXPECT_EQ(event.name(), names[i]);
    EXPECT_EQ(event.email(), "ana@example.com");
  }
}

TEST_F(PatientEvents, CarryCloudEventsHeadersAndTheTrace) {
  clock_.advance(std::chrono::microseconds(1'234'567));
  const Patient ana = patient("Ana", "ana@example.com");
  ASSERT_TRUE(add(ana));
  const auto record = source_.encode(pending(ana.id).at(0)).value();
  ::patient::v1::PatientEvent event;
  ASSERT_TRUE(event.ParseFromString(record.value));
  EXPECT_EQ(event.occurred_at().nanos(), 234'567'000);
  EXPECT_EQ(header(record, "ce_specversion"), "1.0");
  EXPECT_EQ(header(record, "ce_id"), event.event_id());
  EXPECT_EQ(header(record, "ce_type"), "PATIENT_CREATED");
  EXPECT_EQ(header(record, "ce_source"), "/patient-service");
  EXPECT_EQ(header(record, "ce_time"), "2026-01-01T12:00:01.234567Z");
  EXPECT_EQ(header(record, "content-type"), "application/protobuf");
  EXPECT_EQ(header(record, "traceparent"), "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
}

// The bytes are what consumers of the earlier system read: field numbers and order must never
// change.
TEST_F(PatientEvents, KeepTheFrozenFieldNumbers) {
  const Patient ana = patient("Ana", "a@b.c");
  ASSERT_TRUE(add(ana));
  const auto record = source_.encode(pending(ana.id).at(0)).value();
  const std::string expected =
      "\x0a\x24" + ana.id + "\x12\x03" + "Ana" + "\x1a\x05" + "a@b.c" + "\x22\x0f" + "PATIENT_CREATED" + "\x2a\x24";
  EXPECT_EQ(record.value.substr(0, expected.size()), expected);
}

TEST_F(PatientEvents, LeaveEmptyWhatThePatientDoesNotHave) {
  Patient ana = patient("Ana", "");
  ana.email.reset();
  ana.address.reset();
  ana.date_of_birth.reset();
  ASSERT_TRUE(add(ana));
  const auto record = source_.encode(pending(ana.id).at(0)).value();
  ::patient::v1::PatientEvent event;
  ASSERT_TRUE(event.ParseFromString(record.value));
  EXPECT_EQ(event.email(), "");
  EXPECT_EQ(event.date_of_birth(), "");
}

TEST_F(PatientEvents, ComeFromTheOldestOnAndNoLongerOncePublished) {
  const Patient ana = patient("Ana", "ana@example.com");
  ASSERT_TRUE(add(ana));
  database::Batch batch;
  batch.add(database::Statement("UPDATE outbox SET published_at = 1"));
  ASSERT_TRUE(loop_.run(database_->commit(std::move(batch), Deadline::never())));
  EXPECT_TRUE(pending(ana.id).empty());
}

}  // namespace
}  // namespace pms::patient
