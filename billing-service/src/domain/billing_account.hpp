// A patient's billing account, and the rules for one.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace pms::billing {

enum class AccountStatus : std::uint8_t { active, closed };
std::string_view to_string(AccountStatus);  ///< ACTIVE, CLOSED

/// There is one for each patient, forever: a deleted patient's is closed.
struct BillingAccount {
  std::string id;
  std::string patient_id;
  std::optional<std::string> name;   ///< of the patient, as far as it is known
  std::optional<std::string> email;  ///< of the patient, as far as it is known
  AccountStatus status = AccountStatus::active;
  std::int64_t version = 1;          ///< of the account: rises with each change of it
  std::int64_t patient_version = 0;  ///< of the patient, that name and email are of; 0: not known
  core::Timestamp created_at{};
  core::Timestamp updated_at{};
};

/// What a caller must say to get a patient's account.
struct NewAccount {
  std::string patient_id;
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::int64_t patient_version = 0;  ///< 0: the caller knows none
};

/// The account that is made when the patient has none.
BillingAccount open_account(NewAccount, std::string id, core::Timestamp now);

}  // namespace pms::billing
