#include "application/create_patient.hpp"

#include <optional>
#include <string>

#include "core/result.hpp"
#include "core/task.hpp"
#include "core/uuid.hpp"
#include "storage/patient_store.hpp"

namespace pms::patient {
namespace {

using namespace std::chrono_literals;

class NoBilling : public BillingAccounts {
 public:
  core::Task<BillingAccount> account_for(const Patient&, const RequestOrigin&) override { co_return BillingAccount(); }
};

class CreatingAPatient : public PatientStore {
 protected:
  core::Result<Registered> create(const std::string& email, std::optional<std::string> key = std::nullopt) {
    NewPatient input;
    input.name = "Ana";
    input.email = email;
    input.address = "1 High Street";
    input.date_of_birth = core::parse_date("1985-06-15").value();
    return loop_.run(create_(std::move(input), std::move(key), origin_));
  }

  NoBilling billing_;
  clinic::Calendar clinic_{clock_, core::TimeZone::load("Pacific/Kiritimati").value()};
  CreatePatient create_{*patients_, billing_, clinic_, core::uuid_v7()};
};

TEST_F(CreatingAPatient, RegistersItOnTheClinicsDay) {
  EXPECT_EQ(create("ana@example.com").value().patient.registered_date, core::parse_date("2026-01-02"));
}

TEST_F(CreatingAPatient, AnswersARepeatOnTheNextDayAsTheFirst) {
  const auto first = create("ana@example.com", "k-1").value();
  clock_.advance(23h);
  const auto second = create("ana@example.com", "k-1").value();
  EXPECT_EQ(second.patient.id, first.patient.id);
  EXPECT_EQ(second.patient.registered_date, first.patient.registered_date);
  EXPECT_EQ(second.patient.created_at, first.patient.created_at);
}

TEST_F(CreatingAPatient, ForgetsAKeyAfterTwentyFourHours) {
  const auto first = create("ana@example.com", "k-1").value();
  clock_.advance(24h);
  EXPECT_EQ(create("ana@example.com", "k-1").error().code, core::Errc::conflict);
  EXPECT_NE(create("bob@example.com", "k-1").value().patient.id, first.patient.id);
}

TEST_F(CreatingAPatient, RefusesAKeyThatWasUsedForAnotherRequest) {
  ASSERT_TRUE(create("ana@example.com", "k-1"));
  EXPECT_EQ(create("bob@example.com", "k-1").error().code, core::Errc::unprocessable);
}

}  // namespace
}  // namespace pms::patient
