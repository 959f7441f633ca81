#include "events/patient_events.hpp"

#include <gtest/gtest.h>
#include <optional>
#include <string>

#include "core/result.hpp"
#include "patient/v1/patient_event.pb.h"

namespace pms::billing {
namespace {

using Kind = PatientChange::Kind;

::patient::v1::PatientEvent event(const std::string& type = "PATIENT_CREATED") {
  ::patient::v1::PatientEvent event;
  event.set_patientid("p1");
  event.set_name("Zoë");
  event.set_email("zoe@example.com");
  event.set_event_type(type);
  event.set_version(3);
  return event;
}

/// The field that the event is refused for; empty: the bytes themselves.
std::string refused_for(const std::string& bytes) {
  const auto change = parse_patient_event(bytes);
  if (change) return "nothing";
  EXPECT_EQ(change.error().code, core::Errc::invalid);
  return change.error().fields.empty() ? "" : change.error().fields.front().field;
}

TEST(PatientEvent, BecomesAChange) {
  const auto change = parse_patient_event(event().SerializeAsString());
  ASSERT_TRUE(change) << change.error().message;
  EXPECT_EQ(change->kind, Kind::created);
  EXPECT_EQ(change->patient_id, "p1");
  EXPECT_EQ(change->name, "Zoë");
  EXPECT_EQ(change->email, "zoe@example.com");
  EXPECT_EQ(change->version, 3);
}

TEST(PatientEvent, TellsItsKindByItsType) {
  EXPECT_EQ(parse_patient_event(event("PATIENT_UPDATED").SerializeAsString())->kind, Kind::updated);
  EXPECT_EQ(parse_patient_event(event("PATIENT_DELETED").SerializeAsString())->kind, Kind::deleted);
}

TEST(PatientEvent, OfAnEarlierProducerHasNoVersion) {
  auto earlier = event();
  earlier.clear_version();
  EXPECT_EQ(parse_patient_event(earlier.SerializeAsString())->version, 0);
}

TEST(PatientEvent, WithoutEmailLeavesItUnknown) {
  auto without = event();
  without.clear_email();
  EXPECT_EQ(parse_patient_event(without.SerializeAsString())->email, std::nullopt);
}

TEST(PatientEvent, WithFieldsOfALaterProducerIsUnderstood) {
  auto later = event();
  later.GetReflection()->MutableUnknownFields(&later)->AddLengthDelimited(99, "new");
  EXPECT_TRUE(parse_patient_event(later.SerializeAsString()));
}

TEST(PatientEvent, ThatIsNoneIsRefused) {
  EXPECT_EQ(refused_for("\xff\xff\xff"), "");
  EXPECT_EQ(refused_for(R"({"patientId": "p1"})"), "");
}

TEST(PatientEvent, WithoutAPatientIsRefused) {
  auto nobody = event();
  nobody.clear_patientid();
  EXPECT_EQ(refused_for(nobody.SerializeAsString()), "patientId");
  nobody.set_patientid(std::string(65, 'x'));
  EXPECT_EQ(refused_for(nobody.SerializeAsString()), "patientId");
  EXPECT_EQ(refused_for(""), "patientId");
}

TEST(PatientEvent, OfAnUnknownTypeIsRefused) {
  EXPECT_EQ(refused_for(event("PATIENT_MERGED").SerializeAsString()), "event_type");
  EXPECT_EQ(refused_for(event("").SerializeAsString()), "event_type");
}

TEST(PatientEvent, WithANegativeVersionIsRefused) {
  auto negative = event();
  negative.set_version(-1);
  EXPECT_EQ(refused_for(negative.SerializeAsString()), "version");
}

}  // namespace
}  // namespace pms::billing
