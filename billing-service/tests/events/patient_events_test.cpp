// libs/clinic/tests/patient_event_test.cpp tests which events are accepted and which are rejected.
#include "events/patient_events.hpp"

#include <gtest/gtest.h>
#include <optional>

namespace pms::billing {
namespace {

TEST(PatientEvent, BecomesAChange) {
  const PatientChange change = change_of({.kind = PatientChange::Kind::deleted,
                                          .patient_id = "p1",
                                          .name = "Zoë",
                                          .email = "zoe@example.com",
                                          .version = 3});
  EXPECT_EQ(change.kind, PatientChange::Kind::deleted);
  EXPECT_EQ(change.patient_id, "p1");
  EXPECT_EQ(change.name, "Zoë");
  EXPECT_EQ(change.email, "zoe@example.com");
  EXPECT_EQ(change.version, 3);
}

TEST(PatientEvent, WithoutEmailLeavesItUnknown) {
  EXPECT_EQ(change_of({.patient_id = "p1", .name = "Zoë"}).email, std::nullopt);
}

}  // namespace
}  // namespace pms::billing
