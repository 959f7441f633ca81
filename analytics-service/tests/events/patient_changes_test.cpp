#include "events/patient_changes.hpp"

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <string>
#include <string_view>

#include "core/result.hpp"
#include "patient/v1/patient_event.pb.h"

namespace pms::analytics {
namespace {

::patient::v1::PatientEvent event(std::string_view type) {
  ::patient::v1::PatientEvent event;
  event.set_patientid("0190a8f0-0000-7000-8000-000000000000");
  event.set_event_type(std::string(type));
  event.set_version(3);
  event.set_registered_date("2026-01-31");
  event.mutable_occurred_at()->set_seconds(1'000);
  event.mutable_occurred_at()->set_nanos(234'567'890);
  return event;
}

messaging::StoredRecord stored(const ::patient::v1::PatientEvent& event) {
  messaging::StoredRecord record;
  record.timestamp = core::Timestamp(std::chrono::seconds(5'000));
  record.record.value = event.SerializeAsString();
  return record;
}

TEST(AnEvent, SaysWhatIsCounted) {
  const auto change = read_change(stored(event("PATIENT_UPDATED")));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->kind, ChangeKind::updated);
  EXPECT_EQ(change->patient_id, "0190a8f0-0000-7000-8000-000000000000");
  EXPECT_EQ(change->version, 3);
  EXPECT_EQ(change->registered_date, core::parse_date("2026-01-31"));
  EXPECT_EQ(change->at, core::Timestamp(std::chrono::microseconds(1'000'234'567)));
}

TEST(AnEvent, OfAnEarlierProducerHasTheTimeOfTheLog) {
  ::patient::v1::PatientEvent bare;
  bare.set_patientid("p-1");
  bare.set_event_type("PATIENT_CREATED");
  const auto change = read_change(stored(bare));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->version, 0);
  EXPECT_FALSE(change->registered_date);
  EXPECT_EQ(change->at, core::Timestamp(std::chrono::seconds(5'000)));
}

TEST(AnEvent, OfAnUnknownTypeIsPoisoned) {
  for (const char* type : {"", "PATIENT_MERGED", "patient_created"})
    EXPECT_EQ(read_change(stored(event(type))).error().code, core::Errc::invalid) << type;
}

TEST(AnEvent, ThatDoesNotParseIsPoisoned) {
  messaging::StoredRecord record;
  record.record.value = "\x0a\xff";
  EXPECT_EQ(read_change(record).error().code, core::Errc::invalid);
}

TEST(AnEvent, WithoutAPatientIsPoisoned) {
  auto nobody = event("PATIENT_CREATED");
  nobody.clear_patientid();
  EXPECT_FALSE(read_change(stored(nobody)));
  nobody.set_patientid(std::string(65, 'x'));
  EXPECT_FALSE(read_change(stored(nobody)));
}

TEST(AnEvent, WithAnImpossibleFieldIsPoisoned) {
  auto impossible = event("PATIENT_CREATED");
  impossible.set_version(-1);
  EXPECT_FALSE(read_change(stored(impossible)));
  impossible.set_version(std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(read_change(stored(impossible)));
  impossible = event("PATIENT_CREATED");
  impossible.set_registered_date("2026-02-30");
  EXPECT_FALSE(read_change(stored(impossible)));
  impossible = event("PATIENT_CREATED");
  impossible.mutable_occurred_at()->set_seconds(std::numeric_limits<std::int64_t>::max());
  EXPECT_FALSE(read_change(stored(impossible)));
  impossible = event("PATIENT_CREATED");
  impossible.mutable_occurred_at()->set_nanos(-1);
  EXPECT_FALSE(read_change(stored(impossible)));
}

}  // namespace
}  // namespace pms::analytics
