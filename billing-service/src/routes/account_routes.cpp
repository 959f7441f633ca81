#include "routes/account_routes.hpp"

#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "clinic/patient_event.hpp"
#include "clinic/permissions.hpp"
#include "core/result.hpp"
#include "core/task.hpp"
#include "core/time.hpp"
#include "core/uuid.hpp"
#include "http/message.hpp"
#include "http/problem.hpp"
#include "json/reader.hpp"
#include "json/writer.hpp"

namespace pms::billing {
namespace {

using clinic::Permission;

void write_text(json::Writer& json, std::string_view name, const std::optional<std::string>& text) {
  json.key(name);
  if (text) {
    json.text(*text);
  } else {
    json.null();
  }
}

void write(json::Writer& json, const BillingAccount& account) {
  json.begin_object().field("id", account.id).field("patientId", account.patient_id);
  write_text(json, "name", account.name);
  write_text(json, "email", account.email);
  json.field("status", to_string(account.status))
      .field("version", account.version)
      .field("createdAt", core::format_timestamp(account.created_at))
      .field("updatedAt", core::format_timestamp(account.updated_at))
      .end_object();
}

core::Result<std::string> patient_id_of(const http::Request& request) {
  auto query = http::Query::parse(request.query);
  if (!query) return std::unexpected(query.error());
  if (auto known = query->only({"patientId"}); !known) return std::unexpected(known.error());
  const auto patient_id = query->find("patientId");
  if (!patient_id) return core::fail_field("patientId", "is required: the patient whose account to return");
  if (auto wrong = clinic::check_patient_id(*patient_id)) return core::fail_field("patientId", *wrong);
  return std::string(*patient_id);
}

core::Task<http::Response> list(FindAccounts& find, const http::Request& request) {
  auto patient_id = patient_id_of(request);
  if (!patient_id) co_return http::problem(patient_id.error(), request);
  auto accounts = co_await find.of_patient(std::move(*patient_id), request.context.deadline);
  if (!accounts) co_return http::problem(accounts.error(), request);
  std::string body;
  json::Writer json(body);
  json.begin_object().key("accounts").begin_array();
  for (const auto& account : *accounts) write(json, account);
  json.end_array().end_object();
  co_return http::ok(std::move(body));
}

core::Task<http::Response> get(FindAccounts& find, const http::Request& request) {
  auto id = core::read_uuid("id", request.path_parameters[0]);
  if (!id) co_return http::problem(id.error(), request);
  auto account = co_await find.by_id(std::move(*id), request.context.deadline);
  if (!account) co_return http::problem(account.error(), request);
  std::string body;
  json::Writer json(body);
  write(json, *account);
  co_return http::ok(std::move(body));
}

}  // namespace

void mount_accounts(rest::Router& api, FindAccounts& find) {
  api.get("/accounts", Permission::billing_read, [&find](http::Request& request) { return list(find, request); });
  api.get("/accounts/{id}", Permission::billing_read, [&find](http::Request& request) { return get(find, request); });
}

}  // namespace pms::billing
