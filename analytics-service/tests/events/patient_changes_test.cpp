// libs/clinic/tests/patient_event_test.cpp tests which events are accepted and which are rejected.
#include "events/patient_changes.hpp"

#include <chrono>
#include <gtest/gtest.h>

#include "core/result.hpp"

namespace pms::analytics {
namespace {

messaging::StoredRecord stored(const clinic::PatientEvent& event) {
  messaging::StoredRecord record;
  record.timestamp = core::Timestamp(std::chrono::seconds(5'000));
  record.record.value = clinic::write_patient_event(event);
  return record;
}

TEST(AnEvent, SaysWhatIsCounted) {
  const auto change = read_change(stored({.kind = ChangeKind::updated,
                                          .patient_id = "0190a8f0-0000-7000-8000-000000000000",
                                          .occurred_at = core::Timestamp(std::chrono::microseconds(1'000'234'567)),
                                          .version = 3,
                                          .registered_date = core::parse_date("2026-01-31")}));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->kind, ChangeKind::updated);
  EXPECT_EQ(change->patient_id, "0190a8f0-0000-7000-8000-000000000000");
  EXPECT_EQ(change->version, 3);
  EXPECT_EQ(change->registered_date, core::parse_date("2026-01-31"));
  EXPECT_EQ(change->at, core::Timestamp(std::chrono::microseconds(1'000'234'567)));
}

TEST(AnEvent, OfAnEarlierProducerHasTheTimeOfTheLog) {
  const auto change = read_change(stored({.patient_id = "p-1"}));
  ASSERT_TRUE(change);
  EXPECT_EQ(change->version, 0);
  EXPECT_FALSE(change->registered_date);
  EXPECT_EQ(change->at, core::Timestamp(std::chrono::seconds(5'000)));
}

TEST(AnEvent, ThatIsRefusedIsPoisoned) {
  messaging::StoredRecord record;
  record.record.value = "\x0a\xff";
  EXPECT_EQ(read_change(record).error().code, core::Errc::invalid);
}

}  // namespace
}  // namespace pms::analytics
