#include "domain/billing_account.hpp"

#include <cstddef>

#include "core/text.hpp"

namespace pms::billing {
namespace {

constexpr std::size_t max_patient_id_characters = 64;

}  // namespace

std::string_view to_string(AccountStatus status) { return status == AccountStatus::active ? "ACTIVE" : "CLOSED"; }

BillingAccount open_account(NewAccount input, std::string id, core::Timestamp now) {
  return {.id = std::move(id),
          .patient_id = std::move(input.patient_id),
          .name = std::move(input.name),
          .email = std::move(input.email),
          .patient_version = input.patient_version,
          .created_at = now,
          .updated_at = now};
}

std::optional<std::string> check_patient_id(std::string_view id) {
  if (core::is_utf8(id) && !core::is_blank(id) && !core::has_control_character(id) &&
      core::length_in_code_points(id) <= max_patient_id_characters)
    return std::nullopt;
  return "must be 1 to 64 characters, no control characters";
}

}  // namespace pms::billing
