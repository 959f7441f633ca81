#include "clinic/patient_event.hpp"

#include <chrono>
#include <cstdint>
#include <gtest/gtest.h>
#include <limits>
#include <string>

#include "core/result.hpp"
#include "patient/v1/patient_event.pb.h"

namespace pms::clinic {
namespace {

using Message = ::patient::v1::PatientEvent;

PatientEvent whole_event(ChangeKind kind = ChangeKind::updated) {
  return {.kind = kind,
          .id = "0190a8f0-0000-7000-8000-00000000000e",
          .patient_id = "0190a8f0-0000-7000-8000-000000000001",
          .name = "Zoë Müller",
          .email = "zoe@example.com",
          .occurred_at = core::Timestamp(std::chrono::microseconds(1'000'234'567)),
          .version = 3,
          .date_of_birth = core::parse_date("1985-06-15"),
          .registered_date = core::parse_date("2026-01-31"),
          .actor_id = "0190a8f0-0000-7000-8000-000000000009"};
}

/// Returns a message with only the required fields.
Message least() {
  Message message;
  message.set_patientid("p-1");
  message.set_event_type("PATIENT_CREATED");
  return message;
}

/// Returns the field for which the event is rejected, or an empty string if the bytes themselves
/// are invalid.
std::string refused_for(const std::string& bytes) {
  const auto event = read_patient_event(bytes);
  if (event) return "nothing";
  EXPECT_EQ(event.error().code, core::Errc::invalid);
  return event.error().fields.empty() ? "" : event.error().fields.front().field;
}

std::string refused_for(const Message& message) { return refused_for(message.SerializeAsString()); }

TEST(PatientEvent, IsReadAsItWasWritten) {
  for (const ChangeKind kind : {ChangeKind::created, ChangeKind::updated, ChangeKind::deleted}) {
    const PatientEvent written = whole_event(kind);
    const auto read = read_patient_event(write_patient_event(written));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->kind, kind);
    EXPECT_EQ(read->id, written.id);
    EXPECT_EQ(read->patient_id, written.patient_id);
    EXPECT_EQ(read->name, written.name);
    EXPECT_EQ(read->email, written.email);
    EXPECT_EQ(read->occurred_at, written.occurred_at);
    EXPECT_EQ(read->version, written.version);
    EXPECT_EQ(read->date_of_birth, written.date_of_birth);
    EXPECT_EQ(read->registered_date, written.registered_date);
    EXPECT_EQ(read->actor_id, written.actor_id);
  }
}

TEST(PatientEvent, IsWrittenWithTheNamesAndFormsOfTheTopic) {
  Message message;
  ASSERT_TRUE(message.ParseFromString(write_patient_event(whole_event())));
  EXPECT_EQ(message.event_type(), "PATIENT_UPDATED");
  EXPECT_EQ(message.occurred_at().seconds(), 1'000);
  EXPECT_EQ(message.occurred_at().nanos(), 234'567'000);
  EXPECT_EQ(message.date_of_birth(), "1985-06-15");
  EXPECT_EQ(message.registered_date(), "2026-01-31");
}

TEST(PatientEvent, OfAnEarlierProducerHasNoneOfTheOptionalFields) {
  const auto event = read_patient_event(least().SerializeAsString());
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(event->kind, ChangeKind::created);
  EXPECT_EQ(event->patient_id, "p-1");
  EXPECT_EQ(event->id, "");
  EXPECT_FALSE(event->name);
  EXPECT_FALSE(event->email);
  EXPECT_FALSE(event->occurred_at);
  EXPECT_EQ(event->version, 0);
  EXPECT_FALSE(event->date_of_birth);
  EXPECT_FALSE(event->registered_date);
  EXPECT_EQ(event->actor_id, "");
}

TEST(PatientEvent, WritesNothingForWhatItDoesNotHave) {
  const PatientEvent bare{.kind = ChangeKind::created, .patient_id = "p-1"};
  EXPECT_EQ(write_patient_event(bare), least().SerializeAsString());
}

TEST(PatientEvent, WithFieldsOfALaterProducerIsUnderstood) {
  Message later = least();
  later.GetReflection()->MutableUnknownFields(&later)->AddLengthDelimited(99, "new");
  EXPECT_TRUE(read_patient_event(later.SerializeAsString()));
}

TEST(PatientEvent, ThatIsNotProtobufIsRefused) {
  EXPECT_EQ(refused_for(std::string("\xff\xff\xff")), "");
  EXPECT_EQ(refused_for(std::string("\x0a\xff")), "");
  EXPECT_EQ(refused_for(std::string(R"({"patientId": "p1"})")), "");
}

TEST(PatientEvent, OfAnUnknownTypeIsRefused) {
  for (const char* type : {"", "PATIENT_MERGED", "patient_created", "CREATED"}) {
    Message message = least();
    message.set_event_type(type);
    EXPECT_EQ(refused_for(message), "event_type") << type;
  }
}

TEST(PatientEvent, WithoutAPatientIsRefused) {
  Message message = least();
  message.clear_patientid();
  EXPECT_EQ(refused_for(message), "patientId");
  message.set_patientid(std::string(65, 'x'));
  EXPECT_EQ(refused_for(message), "patientId");
  EXPECT_EQ(refused_for(std::string()), "patientId");
  message.set_patientid(std::string(64, 'x'));
  EXPECT_EQ(refused_for(message), "nothing");
}

TEST(PatientEvent, HasAVersionFromZeroToABillion) {
  Message message = least();
  for (const std::int64_t wrong :
       {std::int64_t{-1}, std::int64_t{1'000'000'001}, std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()}) {
    message.set_version(wrong);
    EXPECT_EQ(refused_for(message), "version") << wrong;
  }
  message.set_version(1'000'000'000);
  EXPECT_EQ(refused_for(message), "nothing");
}

TEST(PatientEvent, WithADateThatDoesNotExistIsRefused) {
  for (const char* wrong : {"2026-02-30", "2026-2-3", "soon"}) {
    Message message = least();
    message.set_registered_date(wrong);
    EXPECT_EQ(refused_for(message), "registered_date") << wrong;
    message = least();
    message.set_date_of_birth(wrong);
    EXPECT_EQ(refused_for(message), "date_of_birth") << wrong;
  }
}

TEST(PatientEvent, HappensFrom1970To9999) {
  Message message = least();
  for (const std::int64_t wrong :
       {std::int64_t{-1}, std::int64_t{253'402'300'800}, std::numeric_limits<std::int64_t>::min(),
        std::numeric_limits<std::int64_t>::max()}) {
    message.mutable_occurred_at()->set_seconds(wrong);
    EXPECT_EQ(refused_for(message), "occurred_at") << wrong;
  }
  for (const std::int64_t right : {std::int64_t{0}, std::int64_t{253'402'300'799}}) {
    message.mutable_occurred_at()->set_seconds(right);
    EXPECT_EQ(refused_for(message), "nothing") << right;
  }
  for (const std::int32_t wrong : {-1, 1'000'000'000}) {
    message.mutable_occurred_at()->set_nanos(wrong);
    EXPECT_EQ(refused_for(message), "occurred_at") << wrong;
  }
  message.mutable_occurred_at()->set_nanos(999'999'999);
  EXPECT_EQ(refused_for(message), "nothing");
}

TEST(PatientId, IsOneToSixtyFourCharactersWithoutControlCharacters) {
  EXPECT_EQ(check_patient_id("p"), std::nullopt);
  EXPECT_EQ(check_patient_id("0190a6b2-0000-7000-8000-000000000001"), std::nullopt);
  EXPECT_EQ(check_patient_id(std::string(64, 'x')), std::nullopt);
  std::string umlauts;
  for (int i = 0; i < 64; ++i) umlauts += "ä";
  EXPECT_EQ(check_patient_id(umlauts), std::nullopt);
  EXPECT_NE(check_patient_id(""), std::nullopt);
  EXPECT_NE(check_patient_id("  "), std::nullopt);
  EXPECT_NE(check_patient_id(std::string(65, 'x')), std::nullopt);
  EXPECT_NE(check_patient_id(std::string("a\0b", 3)), std::nullopt);
  EXPECT_NE(check_patient_id("\xff"), std::nullopt);
}

}  // namespace
}  // namespace pms::clinic
