// Defines a patient's billing account and the rules for it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/clock.hpp"

namespace pms::billing {

enum class AccountStatus : std::uint8_t { active, closed };
std::string_view to_string(AccountStatus);  ///< "ACTIVE" or "CLOSED"

/// Describes a billing account. Each patient has one, which is never deleted: when the patient is
/// deleted, it is closed.
struct BillingAccount {
  std::string id;
  std::string patient_id;
  std::optional<std::string> name;   ///< of the patient, as far as it is known
  std::optional<std::string> email;  ///< of the patient, as far as it is known
  AccountStatus status = AccountStatus::active;
  std::int64_t version = 1;          ///< of the account; increases with each change of it
  std::int64_t patient_version = 0;  ///< version of the patient that name and email are from; 0: unknown
  core::Timestamp created_at{};
  core::Timestamp updated_at{};
};

/// Contains what a caller must pass to get a patient's account.
struct NewAccount {
  std::string patient_id;
  std::optional<std::string> name;
  std::optional<std::string> email;
  std::int64_t patient_version = 0;  ///< 0: unknown to the caller
};

/// Returns the account to create for a patient who has none.
BillingAccount open_account(NewAccount, std::string id, core::Timestamp now);

}  // namespace pms::billing
