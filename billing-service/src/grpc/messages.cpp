#include "grpc/messages.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <expected>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>

#include "clinic/patient_event.hpp"
#include "clinic/person_rules.hpp"
#include "core/uuid.hpp"
#include "core/violations.hpp"
#include "security/base64url.hpp"

namespace pms::billing {
namespace {

constexpr std::int32_t default_page_size = 50;
constexpr std::int32_t max_page_size = 100;

/// Checks the e-mail unless it is empty, because a patient may have none.
std::optional<std::string> check_email_if_any(const std::string& email) {
  if (email.empty()) return std::nullopt;
  return clinic::check_email(email);
}

std::optional<std::string> unless_empty(const std::string& text) {
  if (text.empty()) return std::nullopt;
  return text;
}

core::Result<NewAccount> checked(std::string_view patient_id_field, const std::string& patient_id,
                                 const std::string& name, const std::string& email, std::int64_t patient_version) {
  core::Violations violations;
  violations.add(std::string(patient_id_field), clinic::check_patient_id(patient_id));
  violations.add("name", clinic::check_name(name));
  violations.add("email", check_email_if_any(email));
  if (patient_version < 0 || patient_version > clinic::max_patient_version)
    violations.add("patient_version",
                   fmt::format("must be 0 to {}; 0 if it is not known", clinic::max_patient_version));
  if (auto valid = violations.result(); !valid) return std::unexpected(valid.error());
  return NewAccount{
      .patient_id = patient_id, .name = name, .email = unless_empty(email), .patient_version = patient_version};
}

void write(core::Timestamp time, google::protobuf::Timestamp& message) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(time);
  message.set_seconds(seconds.time_since_epoch().count());
  message.set_nanos(static_cast<std::int32_t>(std::chrono::nanoseconds(time - seconds).count()));
}

/// Returns the id in a page token, or nothing if this service did not issue the token.
std::optional<std::string> id_in_token(const std::string& token) {
  auto id = security::base64url_decode(token);
  if (!id || core::parse_uuid(*id) != id) return std::nullopt;
  return id;
}

}  // namespace

core::Result<NewAccount> new_account(const ::billing::v1::CreateBillingAccountRequest& request) {
  return checked("patient_id", request.patient_id(), request.name(), request.email(), request.patient_version());
}

core::Result<NewAccount> new_account(const ::BillingRequest& request) {
  return checked("patientId", request.patientid(), request.name(), request.email(), 0);
}

core::Result<std::string> account_id(const std::string& id) { return core::read_uuid("id", id); }

core::Result<ListRequest> list_request(const ::billing::v1::ListBillingAccountsRequest& request) {
  core::Violations violations;
  const std::int32_t size = request.page_size() == 0 ? default_page_size : request.page_size();
  if (size < 1 || size > max_page_size) violations.add("page_size", "must be 1 to 100; 0 means 50");
  std::optional<std::string> after;
  if (!request.page_token().empty()) {
    // A patient has at most one account, so a request for one patient has no next page and accepts
    // no page token.
    if (request.patient_id().empty()) after = id_in_token(request.page_token());
    if (!after)
      violations.add("page_token", "must be the next_page_token of the previous response to the same request");
  }
  if (!request.patient_id().empty()) violations.add("patient_id", clinic::check_patient_id(request.patient_id()));
  if (auto valid = violations.result(); !valid) return std::unexpected(valid.error());
  return ListRequest{
      .patient_id = request.patient_id(), .after = after.value_or(""), .size = static_cast<std::size_t>(size)};
}

std::string page_token(const std::string& next_after) { return security::base64url_encode(next_after); }

void write(const BillingAccount& account, ::billing::v1::BillingAccount& message) {
  message.set_id(account.id);
  message.set_patient_id(account.patient_id);
  message.set_name(account.name.value_or(""));
  message.set_email(account.email.value_or(""));
  message.set_status(account.status == AccountStatus::active ? ::billing::v1::BillingAccount::STATUS_ACTIVE
                                                             : ::billing::v1::BillingAccount::STATUS_CLOSED);
  message.set_version(account.version);
  write(account.created_at, *message.mutable_created_at());
  write(account.updated_at, *message.mutable_updated_at());
}

}  // namespace pms::billing
